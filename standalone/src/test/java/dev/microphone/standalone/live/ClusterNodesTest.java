package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemEpochClock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agent, processor and router as separate nodes, which tell Kafka that they are there, how they are, and that they end. */
@Timeout(120)
final class ClusterNodesTest {
    private static KafkaBroker broker;

    private final ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, System.err, true);
    private final LinkedBlockingQueue<ControlMessage> heard = new LinkedBlockingQueue<>();
    private final List<ControlEvent> all = new ArrayList<>();

    @TempDir
    private Path folder;

    private AgentNode agent;

    @AfterEach
    void close() {
        CloseHelper.close(agent);
    }

    @BeforeAll
    static void startBroker() throws IOException {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private MicrophoneConfig config() throws IOException {
        int port;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = Math.min(socket.getLocalPort(), 60_000);
        }
        return ConfigFile.read(Files.writeString(
                folder.resolve("microphone.toml"), """
            sinks = ["wav:%1$s/out.wav"]
            http.port = 0
            [control]
            node = "desk"
            kafka = "%2$s"
            [cluster]
            host = "127.0.0.1"
            nodes = ["127.0.0.1:%4$d"]
            router-port = %3$d
            processor-port = %4$d
            frame-ports = 2
            checkpoint-interval-millis = 100
            [[stream]]
            name = "test/here/desk/tone"
            source = "tone:?dbfs=-20"
            chain = "gain"
            """.formatted(folder, broker.bootstrapServers(), port, port + 1)));
    }

    private <T extends ControlEvent> void await(Class<T> kind, Predicate<T> condition) throws InterruptedException {
        while (all.stream().filter(kind::isInstance).map(kind::cast).noneMatch(condition)) {
            ControlMessage message = heard.poll(30, TimeUnit.SECONDS);
            assertTrue(message != null, "no such " + kind.getSimpleName() + " in " + all);
            assertEquals("desk", message.node());
            all.add(message.event());
        }
    }

    /** As after a week, when the broker keeps what was said at the start no longer. */
    private static void forgetEvents() throws Exception {
        String topic = KafkaBusSettings.of(broker.bootstrapServers()).eventsTopic();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            TopicDescription described =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            for (TopicPartitionInfo partition :
                    Objects.requireNonNull(described).partitions()) {
                // To the end.
                all.put(new TopicPartition(topic, partition.partition()), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        }
    }

    @Test
    void shouldFindARouterThatSaidLongAgoThatItIsThere() throws Exception {
        MicrophoneConfig config = config();
        BusReports reports = new BusReports((what, number) -> {}, message -> {}, errors::onError);
        try (ControlBus bus = new KafkaControlBus(KafkaBusSettings.of(broker.bootstrapServers()), reports)) {
            bus.subscribe(ControlBus.Since.NOW, heard::add).started().get(30, TimeUnit.SECONDS);
            try (RouterNode router = RouterNode.start(config, errors, message -> {})) {
                await(RouterAnnounced.class, announced -> announced.endpoint().equals(router.endpoint()));
                forgetEvents();
                try (ProcessorNode processor = ProcessorNode.start(config, errors, message -> {})) {
                    assertTrue(processor.endpoint().startsWith("127.0.0.1:"));
                    agent = AgentNode.start(config, errors, message -> {});
                    await(AgentStatus.class, status -> status.state().equals(AgentStatus.LIVE));
                    agent.close();
                    // What the router has not taken stays in the spool.
                    await(
                            AgentStatus.class,
                            status -> status.state().equals(AgentStatus.STOPPED) && status.spooledFrames() == 0);
                }
            }
        }
        assertEquals(0, errors.distinctErrors());
    }

    @Test
    void shouldSayThatTheyAreThereHowTheyAreAndThatTheyEnd() throws Exception {
        MicrophoneConfig config = config();
        BusReports reports = new BusReports((what, number) -> {}, message -> {}, errors::onError);
        try (ControlBus bus = new KafkaControlBus(KafkaBusSettings.of(broker.bootstrapServers()), reports)) {
            var unused = bus.subscribe(ControlBus.Since.OLDEST_KEPT, heard::add);
            try (RouterNode router = RouterNode.start(config, errors, message -> {})) {
                assertTrue(router.endpoint().startsWith("127.0.0.1:"));
                agent = AgentNode.start(config, errors, message -> {});
                await(AgentStatus.class, status -> status.state().equals(AgentStatus.SPOOLING));
                try (ProcessorNode processor = ProcessorNode.start(config, errors, message -> {})) {
                    await(
                            ShardAnnounced.class,
                            shard -> shard.state().equals(ShardAnnounced.UP)
                                    && shard.endpoint().equals(processor.endpoint()));
                    await(
                            AgentStatus.class,
                            status -> status.state().equals(AgentStatus.LIVE) && status.streams() == 1);
                    agent.close();
                    await(
                            AgentStatus.class,
                            status -> status.state().equals(AgentStatus.STOPPED)
                                    && status.streams() == 0
                                    && status.spooledFrames() == 0);
                }
                await(
                        ShardAnnounced.class,
                        shard -> shard.state().equals(ShardAnnounced.DOWN)
                                && shard.firstKeyGroup() == 0
                                && shard.lastKeyGroup() == 127);
            }
            await(RouterAnnounced.class, announced -> announced.state().equals(RouterAnnounced.DOWN));
        }
        assertEquals(0, errors.distinctErrors());
    }
}
