package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.cluster.ClusterSender;
import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.kafka.KafkaBroker;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.flink.ProcessorJob;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.cluster.LocalCluster;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.DataPathIdleStrategy;
import io.aeron.driver.MediaDriver;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster in processes of its own, an agent with many streams that speak in real time, and a router that writes
 * down what comes: all in the places where they are in earnest. One thread drives agent and router.
 */
final class ClusterUnderTest implements AutoCloseable {
    private static final long FRAME_NS = 20_000_000L;
    private static final int SAMPLES_BYTES = 3_840;
    /** What a subtask writes into its TaskManager's log. */
    private static final Pattern SHARD = Pattern.compile("Key groups (\\d+) to (\\d+) are processed");

    private final Path folder;
    private final String chain;
    private final int frames;
    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final StreamDirectory names = new StreamDirectory();
    private final List<StreamName> streams = new ArrayList<>();
    private final Frame frame = new Frame();
    private final IdleStrategy idle = new DataPathIdleStrategy();
    private final KafkaBroker broker;
    private final FrameSubscriber router;
    private final ClusterSender agent;
    private final LocalCluster cluster;
    private final Announcements announcements;
    private final ShardSettings settings;
    private final Recording recording;
    private long startNs;
    private int captured;

    ClusterUnderTest(Path folder, String chain, int streamCount, int frames, int taskManagers, int slots, int subtasks)
            throws Exception {
        this(folder, chain, streamCount, frames, taskManagers, slots, subtasks, usual -> {}, ProcessorJob::build);
    }

    /**
     * @param network what is wrong with the media driver of agent and router
     * @param job builds what runs on the cluster
     */
    ClusterUnderTest(
            Path folder,
            String chain,
            int streamCount,
            int frames,
            int taskManagers,
            int slots,
            int subtasks,
            Consumer<MediaDriver.Context> network,
            BiConsumer<StreamExecutionEnvironment, ShardSettings> job)
            throws Exception {
        this.folder = folder;
        this.chain = chain;
        this.frames = frames;
        int ports = freePort();
        broker = open(KafkaBroker.startInProcess());
        settings = new ShardSettings(
                "cluster",
                "127.0.0.1",
                ports + 1,
                2,
                List.of("127.0.0.1:" + ports),
                KafkaBusSettings.of(broker.bootstrapServers()),
                1_000,
                500,
                true,
                ChainSpec.parse(chain),
                Map.of(),
                null,
                List.of(),
                false,
                PluginLimits.defaults().withFrameBudgetNs(2_000_000_000L),
                0,
                FaultPolicy.DEFAULT);
        EmbeddedMedia media = open(EmbeddedMedia.launch(network, ClusterUnderTest::fail));
        router = open(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen("127.0.0.1:" + ports),
                2,
                metrics,
                "router",
                new NamedStreams(names, metrics, "router")));
        announcements = open(new Announcements(settings.kafka()));
        cluster = open(LocalCluster.start(folder, taskManagers, slots));
        cluster.submit(environment -> job.accept(environment, settings), subtasks, null);
        List<NodeEndpoint> nodes = new ArrayList<>();
        for (int i = 0; i < taskManagers * slots; i++) {
            nodes.add(new NodeEndpoint("127.0.0.1", ports + 1 + 4 * i, ports + 2 + 4 * i));
        }
        agent = new ClusterSender(
                Spool.inMemory(new SpoolLimits(300, 1L << 30), metrics),
                LiveFirst.none(),
                node -> new NodeLink(media.aeron(), node, metrics),
                nodes,
                names,
                metrics,
                ClusterUnderTest::fail,
                System.err::println,
                SystemNanoClock.INSTANCE);
        opened.add(0, agent::onClose);
        for (int i = 0; i < streamCount; i++) {
            StreamName stream = stream(i);
            names.learn(stream);
            streams.add(stream);
        }
        recording = new Recording(streams.stream().map(StreamName::streamId).toList());
    }

    /** What the stream with that number is called. */
    static StreamName stream(int number) {
        return new StreamName("acme/berlin/rack/mic" + number);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 60_000);
        }
    }

    LocalCluster cluster() {
        return cluster;
    }

    ShardSettings settings() {
        return settings;
    }

    /** The process that most streams are processed in, by what the TaskManagers say in their logs. */
    Process busiestTaskManager() throws IOException {
        Process busiest = null;
        long most = -1;
        for (int i = 0; i < cluster.taskManagers().size(); i++) {
            long count = 0;
            Matcher shards = SHARD.matcher(Files.readString(folder.resolve("logs/taskmanager-" + (i + 1) + ".log")));
            while (shards.find()) {
                ShardRange range = new ShardRange(Integer.parseInt(shards.group(1)), Integer.parseInt(shards.group(2)));
                count += streams.stream()
                        .filter(stream -> range.owns(stream.streamId()))
                        .count();
            }
            if (count > most) {
                most = count;
                busiest = cluster.taskManagers().get(i);
            }
        }
        System.out.println("the busiest TaskManager has " + most + " streams");
        return Objects.requireNonNull(busiest);
    }

    KafkaBroker broker() {
        return broker;
    }

    Metrics metrics() {
        return metrics;
    }

    /** A voice of sorts, another one for each stream: the same at each call. */
    private Frame captured(int stream, int sequence) {
        frame.streamId(streams.get(stream).streamId())
                .epoch(7)
                .sequence(sequence)
                .captureTimeNs(sequence * FRAME_NS)
                .flags(0)
                .keyId(0)
                .samplesPerChannel(960);
        byte[] bytes = frame.bytes();
        long random = stream * 0x9e3779b97f4a7c15L + sequence;
        for (int at = 0; at < SAMPLES_BYTES; at += 4) {
            random = random * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            int i = sequence * 960 + at / 4;
            double tone = 4_000 * Math.sin(i * (0.01 + 0.002 * stream)) * Math.sin(i * 0.0001);
            short sample = (short) (tone + (random >> 53));
            bytes[frame.pcmOffset() + at] = (byte) sample;
            bytes[frame.pcmOffset() + at + 1] = (byte) (sample >> 8);
            bytes[frame.pcmOffset() + at + 2] = (byte) sample;
            bytes[frame.pcmOffset() + at + 3] = (byte) (sample >> 8);
        }
        return frame;
    }

    /** Goes on in real time until that many frames of each stream were captured. */
    void runTo(int sequence) {
        if (startNs == 0) {
            startNs = System.nanoTime();
        }
        while (captured < Math.min(sequence, frames)) {
            if (System.nanoTime() - startNs >= captured * FRAME_NS) {
                for (int i = 0; i < streams.size(); i++) {
                    agent.onFrame(captured(i, captured));
                }
                captured++;
            }
            work();
        }
    }

    /** The same for so many frames from here. */
    void runOn(int more) {
        runTo(captured + more);
    }

    /** As agents and routers do it: with nothing to do it sleeps, and leaves the core to the TaskManagers. */
    private void work() {
        idle.idle(agent.doWork() + router.poll(recording::add, 50));
    }

    /** Goes on until the router has every frame that was captured. */
    void awaitAll(int seconds) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (backlogFrames() > 0) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "delivered of " + captured + ": " + recording.counts());
            work();
        }
        // What was waited for is not to be caught up with: the streams go on in real time from here.
        startNs = System.nanoTime() - captured * FRAME_NS;
    }

    /** How far the stream that is furthest behind is behind what was captured; frames. */
    int backlogFrames() {
        return captured - Collections.min(recording.counts());
    }

    /** Changes the number of subtasks, while the streams speak. */
    void rescale(int subtasks) throws Exception {
        CompletableFuture<String> savepoint = CompletableFuture.supplyAsync(() -> {
            try {
                return cluster.rescale(settings, subtasks);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (!savepoint.isDone()) {
            assertTrue(captured < frames, "not rescaled within the frames that there are");
            runOn(1);
        }
        savepoint.get();
    }

    /** Goes on until the agent has nothing left to keep. */
    void awaitAcknowledged(int seconds) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!agent.isEmpty()) {
            assertTrue(
                    System.nanoTime() < deadlineNs,
                    () -> metrics.gauge("microphone_spool_frames").get() + " frames are not acknowledged");
            work();
        }
    }

    /** What the router has. */
    Recording recording() {
        return recording;
    }

    /** The longest time in which nothing came of a stream that spoke, seconds. */
    double longestSilenceSeconds() {
        return longestSilenceSeconds(stream -> true);
    }

    /** The same of the streams that are meant. */
    double longestSilenceSeconds(Predicate<StreamName> meant) {
        return streams.stream()
                        .filter(meant)
                        .mapToLong(stream -> recording.longestSilenceNs(stream.streamId()))
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /**
     * How long after a stream's owner of now said that it is there a frame of it came again, for the stream that took
     * longest; seconds. After a rescale, for which all streams are silent.
     */
    double slowestToFollowSeconds() {
        return streams.stream()
                        .mapToLong(stream ->
                                recording.resumedNs(stream.streamId()) - announcements.newestOwnerNs(stream.streamId()))
                        .max()
                        .orElse(0)
                / 1e9;
    }

    /** Compares with what the chain makes of the same frames in this process, undisturbed. */
    void assertBitIdentical() throws Exception {
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library = new PluginLibrary(
                        new PluginSources(null, PluginTrust.ANYONE),
                        settings.limits(),
                        null,
                        watchdog,
                        0,
                        message -> {})) {
            for (int i = 0; i < streams.size(); i++) {
                int[] found = recording.checksums(streams.get(i).streamId());
                assertEquals(captured, found.length);
                int[] expected = new int[captured];
                try (Chain alone = library.prepare(ChainSpec.parse(chain))
                        .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, new Metrics())) {
                    for (int sequence = 0; sequence < captured; sequence++) {
                        Frame processed = captured(i, sequence);
                        alone.process(processed);
                        expected[sequence] = Recording.checksum(processed);
                    }
                }
                assertArrayEquals(
                        expected,
                        found,
                        () -> "first difference of a stream at frame " + Arrays.mismatch(expected, found));
            }
        }
    }

    @Override
    public void close() {
        CloseHelper.closeAll(opened);
    }
}
