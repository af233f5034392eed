package dev.microphone.schemas.bus;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's clients as the bus needs them; a test may give others. Making one throws when no name of a broker can be looked up. */
class KafkaClients {
    /** A broker that answers at all answers sooner; whoever waits longer looks dead. */
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private static final int CALL_TIMEOUT_MS = 6_000;
    /** The sender's own thread waits that long for a broker it does not know yet, then looks whether it shall close. */
    private static final int MAX_BLOCK_MS = 500;

    private final KafkaBusSettings settings;

    KafkaClients(KafkaBusSettings settings) {
        this.settings = settings;
    }

    private Map<String, Object> common() {
        Map<String, Object> common = new HashMap<>(settings.client());
        common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        common.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        common.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, "microphone");
        // Nobody shall be sent what this client does.
        common.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return common;
    }

    Admin admin() {
        Map<String, Object> config = common();
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
        return Admin.create(config);
    }

    /**
     * acks=all and idempotent, which keeps the order when it tries again. Its default is to give a record up after two
     * minutes, which would tear a hole into the order that a later record has passed already: it never gives up here, and
     * the buffer in front of it holds the bound.
     */
    Producer<String, byte[]> producer() {
        Map<String, Object> config = common();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        // Longer than all that may be unacknowledged, so that it never waits for memory.
        config.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                (long) SendBuffer.MAX_UNACKNOWLEDGED * RecordLimits.MAX_RECORD_BYTES);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Without a group: every subscriber reads everything, and nobody but itself knows how far it has come. */
    Consumer<String, byte[]> consumer() {
        Map<String, Object> config = common();
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Where the place that it stood at is not kept any more.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
