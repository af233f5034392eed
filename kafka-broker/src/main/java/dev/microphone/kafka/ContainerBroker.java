package dev.microphone.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** Apache's own image. The port on this machine is fixed, so that it is the same after the container has been stopped. */
final class ContainerBroker implements KafkaBroker {
    /** The version of the broker in the process. */
    private static final String IMAGE = "apache/kafka:4.4.0";

    private static final int KAFKA_PORT = 9092;
    private static final int STOP_TIMEOUT_SECONDS = 10;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final KafkaContainer container;

    private ContainerBroker(KafkaContainer container) {
        this.container = container;
    }

    static ContainerBroker launch() throws IOException {
        KafkaContainer container = new KafkaContainer(DockerImageName.parse(IMAGE));
        container.setPortBindings(List.of(LoopbackPort.free() + ":" + KAFKA_PORT));
        container.start();
        return new ContainerBroker(container);
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public String description() {
        return IMAGE + " in a container";
    }

    @Override
    public void stop() {
        DockerClientFactory.lazyClient()
                .stopContainerCmd(container.getContainerId())
                .withTimeout(STOP_TIMEOUT_SECONDS)
                .exec();
    }

    @Override
    public void restart() {
        DockerClientFactory.lazyClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        Wait.forListeningPort().withStartupTimeout(START_TIMEOUT).waitUntilReady(container);
    }

    @Override
    public void close() {
        container.close();
    }
}
