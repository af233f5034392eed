package dev.microphone.schemas.bus;

import dev.microphone.kafka.KafkaBroker;
import java.time.Duration;
import java.util.Map;

/** How tests use Kafka. */
final class KafkaTests {
    private KafkaTests() {}

    static KafkaBusSettings settings(KafkaBroker broker, String topicPrefix) {
        return settings(broker.bootstrapServers(), topicPrefix, KafkaBusSettings.DEFAULT_MAX_WAITING_RECORDS);
    }

    static KafkaBusSettings settings(String bootstrapServers, String topicPrefix, int maxWaitingRecords) {
        return new KafkaBusSettings(
                bootstrapServers,
                topicPrefix,
                maxWaitingRecords,
                KafkaBusSettings.DEFAULT_MAX_WAITING_BYTES,
                KafkaBusSettings.DEFAULT_ANNOUNCE_INTERVAL_MS,
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Map.of());
    }
}
