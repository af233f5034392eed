package dev.microphone.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Starting takes seconds, so tests that do not stop it have one together. */
final class SharedBroker {
    static final KafkaBroker INSTANCE = launch();

    private SharedBroker() {}

    private static KafkaBroker launch() {
        try {
            KafkaBroker broker = KafkaBroker.start();
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "kafka-broker-close"));
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
