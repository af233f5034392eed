package dev.microphone.schemas.bus;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * How a bus uses Kafka.
 *
 * @param bootstrapServers {@code host:port}, several with commas between
 * @param topicPrefix of the names of the topics: several installations can share a broker
 * @param maxWaitingRecords messages that wait for the broker, at most
 * @param maxWaitingBytes the same in bytes
 * @param announceIntervalMs between two announcements of a node that is there
 * @param awayAfter for how long nothing may come back before people are told that the broker is away
 * @param closeTimeout what {@link ControlBus#close} may take for what still waits
 * @param client further settings of Kafka's clients, such as TLS and SASL; those that the order and the bounds of the bus
 *     rest on cannot be changed
 */
public record KafkaBusSettings(
        String bootstrapServers,
        String topicPrefix,
        int maxWaitingRecords,
        int maxWaitingBytes,
        int announceIntervalMs,
        Duration awayAfter,
        Duration closeTimeout,
        Map<String, String> client)
        implements Serializable {
    public static final String DEFAULT_TOPIC_PREFIX = "microphone.";

    /** A plugin that fails in all of 200 streams makes 1,000 events; ten such minutes. */
    public static final int DEFAULT_MAX_WAITING_RECORDS = 10_000;

    /** Some 200 bytes a message, and one time in ten twice as long. */
    public static final int DEFAULT_MAX_WAITING_BYTES = 4 * 1024 * 1024;

    /** 100 nodes make ten records a second, and whoever has died is missed after a minute. */
    public static final int DEFAULT_ANNOUNCE_INTERVAL_MS = 10_000;

    /** A broker that restarts in place is back sooner, and nobody need be told. */
    private static final Duration DEFAULT_AWAY_AFTER = Duration.ofSeconds(5);

    /** Ctrl-C shall end the system while people still look. */
    private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(2);

    public KafkaBusSettings {
        if (maxWaitingRecords < 1 || maxWaitingBytes < RecordLimits.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(maxWaitingRecords + " records of together " + maxWaitingBytes
                    + " bytes: the least is one record of " + RecordLimits.MAX_RECORD_BYTES + " bytes");
        }
        client = Map.copyOf(client);
    }

    public static KafkaBusSettings of(String bootstrapServers) {
        return new KafkaBusSettings(
                bootstrapServers,
                DEFAULT_TOPIC_PREFIX,
                DEFAULT_MAX_WAITING_RECORDS,
                DEFAULT_MAX_WAITING_BYTES,
                DEFAULT_ANNOUNCE_INTERVAL_MS,
                DEFAULT_AWAY_AFTER,
                DEFAULT_CLOSE_TIMEOUT,
                Map.of());
    }

    /** What happens. */
    public String eventsTopic() {
        return topicPrefix + "events";
    }

    /** Which nodes there are. */
    public String nodesTopic() {
        return topicPrefix + "nodes";
    }

    /** What should be. */
    public String desiredTopic() {
        return topicPrefix + "desired";
    }
}
