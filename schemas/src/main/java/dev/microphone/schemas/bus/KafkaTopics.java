package dev.microphone.schemas.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.record.TimestampType;

/** Makes the topics where they are missing, and looks at those that are there. */
final class KafkaTopics {
    /**
     * Events of a key go to one of them. More than readers that share the work (a data team's) will want, few enough to cost
     * a broker nothing. It must not be changed later: a key would go to another one, and lose its order.
     */
    private static final int EVENT_PARTITIONS = 6;

    /** One order over all entities, and a reader that has reached its end has seen everything. They are few. */
    private static final int DESIRED_PARTITIONS = 1;

    /** A reader that has reached its end knows who is there. They are few. */
    private static final int NODES_PARTITIONS = 1;

    /** The broker's own default. */
    private static final short REPLICATION = -1;

    /** Who looks into an incident on Monday finds Friday's events. */
    private static final Duration EVENT_RETENTION = Duration.ofDays(7);

    /** Superseded values go within a day, whatever their share: the topic is read whole at each start. */
    private static final Duration DESIRED_MAX_LAG = Duration.ofDays(1);

    /** A reader that was away for less sees every removal. */
    private static final Duration REMOVAL_RETENTION = Duration.ofDays(7);

    /**
     * What was said before goes that soon, for the topic is read whole whenever a node starts: 100 nodes that say every 10 s
     * that they are there leave 6,000 records.
     */
    private static final Duration NODES_MAX_LAG = Duration.ofMinutes(10);

    private static final String NODES_POLICY =
            TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE;

    /** A node that has not spoken for that long does not come back, and addresses come and go. */
    private static final Duration NODES_RETENTION = Duration.ofDays(7);

    /**
     * A topic whose records supersede each other.
     *
     * @param otherwise what comes of another policy
     */
    private record Compacted(String name, String policy, String otherwise) {
        ConfigResource resource() {
            return new ConfigResource(ConfigResource.Type.TOPIC, name);
        }
    }

    private final KafkaBusSettings settings;
    private final Consumer<String> messages;

    KafkaTopics(KafkaBusSettings settings, Consumer<String> messages) {
        this.settings = settings;
        this.messages = messages;
    }

    /** @throws KafkaException when the broker does not answer or refuses; may be tried again */
    void ensure(Admin admin) throws InterruptedException {
        try {
            Set<String> present = new HashSet<>(admin.listTopics().names().get());
            List<NewTopic> missing = new ArrayList<>();
            for (NewTopic topic : List.of(events(), nodes(), desired())) {
                if (!present.contains(topic.name())) {
                    missing.add(topic);
                }
            }
            present.addAll(create(admin, missing));
            checkCompacted(
                    admin,
                    compacted().stream()
                            .filter(topic -> present.contains(topic.name()))
                            .toList());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
        }
    }

    private NewTopic events() {
        return new NewTopic(settings.eventsTopic(), EVENT_PARTITIONS, REPLICATION)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(EVENT_RETENTION.toMillis())));
    }

    /** Times are the broker's: a node's own clock may be anywhere. */
    private NewTopic nodes() {
        return new NewTopic(settings.nodesTopic(), NODES_PARTITIONS, REPLICATION)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        NODES_POLICY,
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                        TimestampType.LOG_APPEND_TIME.name,
                        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                        String.valueOf(NODES_MAX_LAG.toMillis()),
                        TopicConfig.RETENTION_MS_CONFIG,
                        String.valueOf(NODES_RETENTION.toMillis())));
    }

    private NewTopic desired() {
        return new NewTopic(settings.desiredTopic(), DESIRED_PARTITIONS, REPLICATION)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, String.valueOf(DESIRED_MAX_LAG.toMillis()),
                        TopicConfig.DELETE_RETENTION_MS_CONFIG, String.valueOf(REMOVAL_RETENTION.toMillis())));
    }

    /**
     * @return those that were there after all: another process was faster, or the broker that was asked for its topics had
     *     not yet heard of them from the controller
     */
    private static List<String> create(Admin admin, List<NewTopic> missing)
            throws InterruptedException, ExecutionException {
        List<String> existing = new ArrayList<>();
        for (var creation : admin.createTopics(missing).values().entrySet()) {
            try {
                creation.getValue().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                existing.add(creation.getKey());
            }
        }
        return existing;
    }

    private List<Compacted> compacted() {
        return List.of(
                new Compacted(settings.nodesTopic(), NODES_POLICY, "nodes that start read all of it"),
                new Compacted(
                        settings.desiredTopic(),
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        "what should be will be forgotten"));
    }

    private void checkCompacted(Admin admin, List<Compacted> topics) throws InterruptedException, ExecutionException {
        if (topics.isEmpty()) {
            return;
        }
        // All of them or none, so that a second try says nothing twice.
        Map<ConfigResource, Config> configs = admin.describeConfigs(
                        topics.stream().map(Compacted::resource).toList())
                .all()
                .get();
        for (Compacted topic : topics) {
            String policy = Optional.ofNullable(configs.get(topic.resource()))
                    .map(found -> found.get(TopicConfig.CLEANUP_POLICY_CONFIG))
                    .map(ConfigEntry::value)
                    .orElse(topic.policy());
            if (!Set.of(policy.split(",")).equals(Set.of(topic.policy().split(",")))) {
                messages.accept("control bus: topic " + topic.name() + " has cleanup.policy=" + policy + ", so "
                        + topic.otherwise() + ": set it to " + topic.policy());
            }
        }
    }
}
