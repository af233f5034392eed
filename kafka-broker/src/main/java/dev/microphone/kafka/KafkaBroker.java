package dev.microphone.kafka;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * A broker of one node. It can be stopped and started again with what it holds, on the same port. One thread starts,
 * stops and closes; any thread may ask for the address.
 */
public interface KafkaBroker extends AutoCloseable {
    /** {@code host:port}, the same for as long as this lives. */
    String bootstrapServers();

    /** What it is, in a few words for people. */
    String description();

    /** Takes it away from its clients; what it holds stays. Returns when it has gone. */
    void stop();

    /** Brings it back after {@link #stop}: same port, same content. Returns when it answers. */
    void restart();

    /** Ends it, and throws away what it holds. */
    @Override
    void close();

    /**
     * Starts a broker: in a container where Docker answers, otherwise in this process; says which.
     *
     * @throws IllegalStateException when {@value BrokerChoice#PROPERTY} asks for one that cannot be
     */
    static KafkaBroker start() throws IOException {
        return start(System.out::println);
    }

    /** Starts one in this process, on loopback, wherever Docker is: for trying things on one machine. */
    static KafkaBroker startInProcess() throws IOException {
        return ProcessBroker.launch();
    }

    /** @param messages told which broker it is, and why */
    static KafkaBroker start(Consumer<String> messages) throws IOException {
        BrokerChoice choice = BrokerChoice.of(System.getProperty(BrokerChoice.PROPERTY), DockerProbe::whyNot);
        messages.accept("Kafka broker for tests: " + choice.words());
        return choice.inContainer() ? ContainerBroker.launch() : ProcessBroker.launch();
    }

    /** The one broker that all tests of this JVM share, each with topics of its own; it ends with the JVM. */
    static KafkaBroker shared() {
        return SharedBroker.INSTANCE;
    }
}
