package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.GapDetector;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a Flink cluster inside this process; agent and router are real ones of Aeron over loopback. */
final class ProcessorJobTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int SAMPLES_BYTES = 3_840;
    private static final String CHAIN = "eq(low_db=6),compressor,denoise";

    /** The frame at which the operator throws, once; a stream id and a sequence. */
    private static final AtomicLong POISON = new AtomicLong(-1);

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<Long, List<byte[]>> received = new HashMap<>();
    private final Map<Long, GapDetector> detectors = new HashMap<>();
    private final List<StreamSender> senders = new ArrayList<>();

    @TempDir
    Path folder;

    private int ports;
    private EmbeddedMedia media;
    private FrameSubscriber router;
    private MiniCluster cluster;
    private JobID job;

    /** Throws a bug of ours at one frame. */
    private static final class PoisonedOperator extends ChainOperator {
        private static final long serialVersionUID = 1L;

        PoisonedOperator(ShardSettings settings) {
            super(settings);
        }

        @Override
        public void processElement(StreamRecord<Frame> element) {
            long sequence = element.getValue().sequence();
            if (POISON.compareAndSet(sequence, -1)) {
                throw new IllegalStateException("poisoned at " + sequence);
            }
            super.processElement(element);
        }
    }

    @BeforeEach
    void open() throws IOException {
        POISON.set(-1);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            ports = Math.min(socket.getLocalPort(), 60_000);
        }
        media = open(EmbeddedMedia.launch(error -> {
            throw new AssertionError(error);
        }));
        router = open(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen("127.0.0.1:" + ports),
                2,
                metrics,
                "router",
                new NamedStreams(new StreamDirectory(), metrics, "router")));
    }

    @AfterEach
    void close() throws Exception {
        for (StreamSender sender : senders) {
            sender.close();
        }
        if (cluster != null) {
            cluster.cancelJob(job).get();
            cluster.close();
        }
        TaskManagerNode.closeCurrent();
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private ShardSettings settings(String chain, int snapshotIntervalMs, int checkpointIntervalMs) {
        return new ShardSettings(
                "test",
                "127.0.0.1",
                ports + 1,
                1,
                List.of("127.0.0.1:" + ports),
                null,
                snapshotIntervalMs,
                checkpointIntervalMs,
                chain,
                Map.of(),
                null,
                List.of(),
                false,
                // A machine under test load is slow, and a plugin that is stopped is not what is looked at here.
                PluginLimits.defaults().withFrameBudgetNs(2_000_000_000L),
                FaultPolicy.DEFAULT);
    }

    private static JobGraph graph(int parallelism, ShardSettings settings) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        environment.setParallelism(parallelism);
        ProcessorJob.build(environment, settings, new PoisonedOperator(settings));
        return environment.getStreamGraph().getJobGraph();
    }

    private void start(int parallelism, ShardSettings settings) throws Exception {
        lastSettings = settings;
        Configuration configuration = new Configuration();
        configuration.setString("rest.port", "0");
        configuration.setString("rest.bind-port", "0");
        configuration.setString("taskmanager.memory.network.min", "8m");
        configuration.setString("taskmanager.memory.network.max", "8m");
        configuration.setString("taskmanager.memory.managed.size", "16m");
        configuration.setString("execution.checkpointing.dir", folder.toUri().toString());
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(4)
                .build());
        cluster.start();
        JobGraph graph = graph(parallelism, settings);
        job = graph.getJobID();
        cluster.submitJob(graph).get();
    }

    private static List<byte[]> noise(int frames, long seed) {
        Random random = new Random(seed);
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            byte[] samples = new byte[SAMPLES_BYTES];
            for (int at = 0; at < SAMPLES_BYTES; at += 2) {
                short sample = (short) (random.nextGaussian() * 3_000);
                samples[at] = (byte) sample;
                samples[at + 1] = (byte) (sample >> 8);
            }
            all.add(samples);
        }
        return all;
    }

    /** A stream of each half of the key groups. */
    private static StreamName named(int shard) {
        for (int i = 0; ; i++) {
            StreamName name = new StreamName("acme/berlin/desk/mic" + i);
            if (KeyGroups.shardOf(KeyGroups.of(name.streamId()), 2) == shard) {
                return name;
            }
        }
    }

    private StreamSender sender(StreamName stream, List<byte[]> frames) {
        StreamSender sender = new StreamSender(
                media.aeron(), stream, 7, frames, new NodeEndpoint("127.0.0.1", ports + 1, ports + 2), metrics);
        senders.add(sender);
        return sender;
    }

    /** As the router does: what came before is dropped. */
    private boolean deliver(Frame frame) {
        GapDetector detector = detectors.computeIfAbsent(frame.streamId(), id -> new GapDetector());
        switch (detector.classify(frame.epoch(), frame.sequence())) {
            case NEXT -> {
                detector.accept(frame.epoch(), frame.sequence());
                received.computeIfAbsent(frame.streamId(), id -> new ArrayList<>())
                        .add(Arrays.copyOfRange(
                                frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength()));
            }
            case DUPLICATE -> {}
            default -> throw new AssertionError("frame " + frame.sequence() + " behind a gap");
        }
        return true;
    }

    private void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(
                    System.nanoTime() < deadlineNs,
                    () -> received.values().stream().map(List::size).toList() + ", the job's last failure: "
                            + lastFailure());
            router.poll(this::deliver, 10);
            senders.forEach(StreamSender::work);
        }
    }

    private String lastFailure() {
        try {
            var failure = cluster.getExecutionGraph(job).get().getFailureInfo();
            return (failure == null ? "none" : failure.getExceptionAsString()) + ", " + senders + nodeCounters();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            return e.toString();
        }
    }

    private static String nodeCounters() {
        StringBuilder text = new StringBuilder();
        TaskManagerNode.of(lastSettings).metrics().entries().stream()
                .filter(entry -> entry.counter().get() != 0)
                .forEach(entry -> text.append("\n  ")
                        .append(entry.name())
                        .append(entry.labels())
                        .append(' ')
                        .append(entry.counter().get()));
        return text.toString();
    }

    private static ShardSettings lastSettings;

    private int count(StreamName stream) {
        return received.getOrDefault(stream.streamId(), List.of()).size();
    }

    /** What the chain makes of it without Flink. */
    private static List<byte[]> processed(StreamName stream, List<byte[]> frames) throws Exception {
        List<byte[]> all = new ArrayList<>();
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library = new PluginLibrary(
                        new PluginSources(null, PluginTrust.ANYONE),
                        PluginLimits.defaults().withFrameBudgetNs(2_000_000_000L),
                        null,
                        watchdog,
                        0,
                        message -> {});
                Chain chain = library.prepare(ChainSpec.parse(CHAIN))
                        .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, new Metrics())) {
            Frame frame = new Frame();
            for (int i = 0; i < frames.size(); i++) {
                frame.streamId(stream.streamId())
                        .epoch(7)
                        .sequence(i)
                        .captureTimeNs(i * 20_000_000L)
                        .flags(0)
                        .samplesPerChannel(960);
                System.arraycopy(frames.get(i), 0, frame.bytes(), frame.pcmOffset(), SAMPLES_BYTES);
                chain.process(frame);
                all.add(Arrays.copyOfRange(frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + SAMPLES_BYTES));
            }
        }
        return all;
    }

    private void assertAsWithoutFlink(StreamName stream, List<byte[]> frames) throws Exception {
        List<byte[]> expected = processed(stream, frames);
        List<byte[]> found = received.get(stream.streamId());
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "frame " + i + " of " + stream);
        }
    }

    @Test
    void shouldBeOneTaskASubtask() {
        JobGraph graph = graph(2, settings("none", 5_000, 1_000));
        List<JobVertex> vertices = new ArrayList<>();
        graph.getVertices().forEach(vertices::add);
        assertEquals(1, vertices.size(), vertices.toString());
        JobVertex vertex = vertices.get(0);
        assertEquals("Source: agents -> chain -> routers: Writer", vertex.getName());
        assertEquals(128, vertex.getMaxParallelism());
        assertEquals(2, vertex.getParallelism());
        assertTrue(vertex.getInputs().isEmpty());
        assertEquals(3, vertex.getOperatorIDs().size());
    }

    @Test
    void shouldPutStreamsWhereFlinkPutsTheirKeys() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long streamId = random.nextLong();
            int keyGroup = KeyGroups.of(streamId);
            assertEquals(KeyGroupRangeAssignment.assignToKeyGroup(streamId, 128), keyGroup);
            for (int shards : new int[] {1, 2, 3, 7, 128}) {
                assertEquals(
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(streamId, 128, shards),
                        KeyGroups.shardOf(keyGroup, shards));
            }
        }
    }

    @Test
    void shouldRestartOneSubtaskAndGoOnBitForBitWhenItsOperatorThrows() throws Exception {
        List<byte[]> lower = noise(400, 1);
        List<byte[]> upper = noise(400, 2);
        start(2, settings(CHAIN, 200, 100));
        StreamSender first = sender(named(0), lower);
        StreamSender second = sender(named(1), upper);
        first.upTo(200);
        second.upTo(400);
        await(() -> count(named(0)) == 200 && count(named(1)) == 400 && first.acknowledged > 0);
        long attempt = first.attempt;
        int hellos = second.hellos;
        POISON.set(200);
        first.upTo(400);
        await(() -> count(named(0)) == 400);
        assertEquals(-1, POISON.get());
        assertTrue(first.attempt > attempt, first.attempt + " after " + attempt);
        assertEquals(hellos, second.hellos);
        await(() -> first.acknowledged == 399 && second.acknowledged == 399);
        assertAsWithoutFlink(named(0), lower);
        assertAsWithoutFlink(named(1), upper);
    }

    private void awaitSeen(long[] seen, long goal) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (seen[0] < goal) {
            assertTrue(
                    System.nanoTime() < deadlineNs,
                    () -> seen[0] + " frames, the job's last failure: " + lastFailure());
            seen[0] += router.poll(frame -> true, 10);
            senders.forEach(StreamSender::work);
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() throws Exception {
        start(1, settings("gain", 600_000, 600_000));
        List<byte[]> frames = new java.util.AbstractList<>() {
            private final byte[] samples = noise(1, 3).get(0);

            @Override
            public byte[] get(int index) {
                return samples;
            }

            @Override
            public int size() {
                return 1_000_000;
            }
        };
        StreamSender many = sender(named(1), frames);
        many.upTo(20_000);
        long[] seen = new long[1];
        awaitSeen(seen, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Source: agents"))
                .findFirst()
                .orElseThrow()
                .threadId();
        double least = Double.MAX_VALUE;
        for (int round = 1; round <= 10; round++) {
            long goal = 20_000 + round * 2_000L;
            many.upTo((int) goal);
            long before = threads.getThreadAllocatedBytes(id);
            awaitSeen(seen, goal);
            least = Math.min(least, (threads.getThreadAllocatedBytes(id) - before) / 2_000.0);
        }
        assertTrue(least < 1, least + " bytes a frame");
    }
}
