package dev.microphone.schemas.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.desired.DesiredEntity;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract over a real broker; each test has topics of its own. */
class KafkaControlBusTest extends ControlBusContractTest {
    private static int tests;

    private final KafkaBusSettings settings = KafkaTests.settings(KafkaBroker.shared(), "test" + tests++ + ".");
    private final KafkaClients clients = new KafkaClients(settings);

    @Override
    ControlBus open(Counts of) {
        return new KafkaControlBus(settings, of.reports());
    }

    @Override
    void inject(Topic topic, @Nullable String key, byte @Nullable [] value) throws Exception {
        String name = switch (topic) {
            case EVENTS -> settings.eventsTopic();
            case NODES -> settings.nodesTopic();
            case DESIRED -> settings.desiredTopic();
        };
        try (Producer<String, byte[]> producer = clients.producer()) {
            producer.send(new ProducerRecord<>(name, key, value)).get(20, SECONDS);
        }
    }

    @Test
    void shouldMakeTheTopicsWithTheSettingsTheyNeed() throws Exception {
        hearNothing(bus());

        try (Admin admin = clients.admin()) {
            assertEquals("delete", config(admin, settings.eventsTopic(), "cleanup.policy"));
            assertEquals("604800000", config(admin, settings.eventsTopic(), "retention.ms"));
            assertEquals("compact", config(admin, settings.desiredTopic(), "cleanup.policy"));
            assertEquals("compact,delete", config(admin, settings.nodesTopic(), "cleanup.policy"));
            assertEquals("600000", config(admin, settings.nodesTopic(), "max.compaction.lag.ms"));
            assertEquals("604800000", config(admin, settings.nodesTopic(), "retention.ms"));
            assertEquals("LogAppendTime", config(admin, settings.nodesTopic(), "message.timestamp.type"));
            var topics = admin.describeTopics(
                            List.of(settings.eventsTopic(), settings.nodesTopic(), settings.desiredTopic()))
                    .allTopicNames()
                    .get();
            assertEquals(
                    1,
                    Objects.requireNonNull(topics.get(settings.nodesTopic()))
                            .partitions()
                            .size());
            assertEquals(
                    6,
                    Objects.requireNonNull(topics.get(settings.eventsTopic()))
                            .partitions()
                            .size());
            assertEquals(
                    1,
                    Objects.requireNonNull(topics.get(settings.desiredTopic()))
                            .partitions()
                            .size());
        }
    }

    private static void hearNothing(ControlBus bus) throws Exception {
        bus.subscribe(ControlBus.Since.NOW, new Heard()).started().get(20, SECONDS);
        bus.desired().loaded().get(20, SECONDS);
    }

    private static String config(Admin admin, String topic, String key) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(key)
                .value();
    }

    @Test
    void shouldWarnOfTopicsThatWouldForgetWhatShouldBeOrKeepAllThatWasSaid() throws Exception {
        try (Admin admin = clients.admin()) {
            createTopicsWithOtherPolicies(admin);
        }
        // Written by the thread that looks at the topics first.
        bus().desired()
                .put("stream/one", new DesiredEntity(1, "a test", Map.of()))
                .get(20, SECONDS);

        assertWarnedOfOtherPolicies();
    }

    /** A broker lists a topic only once it has heard of it from the controller that made it. */
    @Test
    void shouldWarnOfTopicsThatTheBrokerDidNotListYet() throws Exception {
        try (Admin admin = clients.admin()) {
            ListTopicsResult before = admin.listTopics();
            before.names().get();
            createTopicsWithOtherPolicies(admin);
            Admin late = (Admin) Proxy.newProxyInstance(
                    Admin.class.getClassLoader(),
                    new Class<?>[] {Admin.class},
                    (proxy, method, args) ->
                            method.getName().equals("listTopics") ? before : method.invoke(admin, args));

            KafkaTopics topics = new KafkaTopics(settings, counts.messages::add);
            boolean isEnsured = false;
            while (!isEnsured) {
                try {
                    topics.ensure(late);
                    isEnsured = true;
                } catch (UnknownTopicOrPartitionException e) {
                    // It has not heard of them yet; who uses this tries again, too.
                }
            }
        }

        assertWarnedOfOtherPolicies();
    }

    private void createTopicsWithOtherPolicies(Admin admin) throws Exception {
        List<NewTopic> others = List.of(
                new NewTopic(settings.nodesTopic(), 1, (short) 1).configs(Map.of("cleanup.policy", "delete")),
                new NewTopic(settings.desiredTopic(), 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "delete,compact")));
        admin.createTopics(others).all().get();
    }

    private void assertWarnedOfOtherPolicies() {
        assertEquals(2, counts.messages.size(), counts.toString());
        assertTrue(
                counts.messages.get(0).contains(settings.nodesTopic() + " has cleanup.policy=delete, so nodes"),
                counts.messages.get(0));
        assertTrue(
                counts.messages.get(1).contains("so what should be will be forgotten: set it to compact"),
                counts.messages.get(1));
    }
}
