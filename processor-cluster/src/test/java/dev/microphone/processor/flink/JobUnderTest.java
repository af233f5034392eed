package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.wasm.PluginLimits;
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
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * The job on a Flink cluster inside this process, with agents and a router that are real ones of Aeron over loopback. One
 * at a time; for the test's thread.
 */
final class JobUnderTest {
    static final int SAMPLES_BYTES = 3_840;

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    /** The frame at which the operator throws, once; a sequence. */
    static final AtomicLong POISON = new AtomicLong(-1);

    final Map<Long, List<byte[]>> received = new HashMap<>();
    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<Long, GapDetector> detectors = new HashMap<>();
    private final List<StreamSender> senders = new ArrayList<>();
    private final Path folder;
    private final int ports;
    private final EmbeddedMedia media;
    private final FrameSubscriber router;
    private @Nullable MiniCluster cluster;
    private @Nullable JobID job;

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

    /** @param folder for checkpoints */
    JobUnderTest(Path folder) throws IOException {
        this.folder = folder;
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

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    ShardSettings settings(String chain, int snapshotIntervalMs, int checkpointIntervalMs) {
        return new ShardSettings(
                "test",
                "127.0.0.1",
                ports + 1,
                1,
                List.of("127.0.0.1:" + ports),
                null,
                snapshotIntervalMs,
                checkpointIntervalMs,
                true,
                ChainSpec.parse(chain),
                Map.of(),
                null,
                List.of(),
                false,
                // A machine under test load is slow, and a plugin that is stopped is not what is looked at here.
                PluginLimits.defaults().withFrameBudgetNs(2_000_000_000L),
                0,
                FaultPolicy.DEFAULT);
    }

    static JobGraph graph(int parallelism, ShardSettings settings) {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        environment.setParallelism(parallelism);
        ProcessorJob.build(environment, settings, new PoisonedOperator(settings));
        return environment.getStreamGraph().getJobGraph();
    }

    void start(int parallelism, ShardSettings settings) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("rest.port", "0");
        configuration.setString("rest.bind-port", "0");
        configuration.setString("metrics.fetcher.update-interval", "100");
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

    static List<byte[]> noise(int frames, long seed) {
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
    static StreamName named(int shard) {
        for (int i = 0; ; i++) {
            StreamName name = new StreamName("acme/berlin/desk/mic" + i);
            if (KeyGroups.shardOf(KeyGroups.of(name.streamId()), 2) == shard) {
                return name;
            }
        }
    }

    StreamSender sender(StreamName stream, List<byte[]> frames) {
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

    void await(BooleanSupplier condition) {
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

    String lastFailure() {
        MiniCluster running = cluster;
        if (running == null || job == null) {
            return "none, for no job runs";
        }
        try {
            var failure = running.getExecutionGraph(job).get().getFailureInfo();
            return (failure == null ? "none" : failure.getExceptionAsString()) + ", " + senders + nodeCounters();
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            return e.toString();
        }
    }

    static String nodeCounters() {
        StringBuilder text = new StringBuilder();
        TaskManagerNode.running().metrics().entries().stream()
                .filter(entry -> entry.counter().get() != 0)
                .forEach(entry -> text.append("\n  ")
                        .append(entry.name())
                        .append(entry.labels())
                        .append(' ')
                        .append(entry.counter().get()));
        return text.toString();
    }

    int count(StreamName stream) {
        return received.getOrDefault(stream.streamId(), List.of()).size();
    }

    /** Goes on until so many frames more have come, whatever is in them. */
    void awaitFrames(long[] seen, long goal) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (seen[0] < goal) {
            assertTrue(
                    System.nanoTime() < deadlineNs,
                    () -> seen[0] + " frames, the job's last failure: " + lastFailure());
            seen[0] += router.poll(frame -> true, 10);
            senders.forEach(StreamSender::work);
        }
    }

    /** Flink's own web interface about the job: {@code /jobs/ID} and what is behind it. */
    String web(String path) throws Exception {
        URI address = Objects.requireNonNull(cluster).getRestAddress().get().resolve("/jobs/" + job + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Has the job write all down and stop; done when it has. */
    CompletableFuture<String> stopWithSavepoint() {
        JobID stopped = Objects.requireNonNull(job);
        job = null;
        return Objects.requireNonNull(cluster)
                .stopWithSavepoint(
                        stopped, folder.resolve("savepoints").toUri().toString(), false, SavepointFormatType.NATIVE);
    }

    /** Ends the job, in order. */
    void cancel() throws Exception {
        MiniCluster running = Objects.requireNonNull(cluster);
        running.cancelJob(Objects.requireNonNull(job)).get();
        running.requestJobResult(job).get();
        job = null;
    }

    /** Ends everything. */
    void close() throws Exception {
        for (StreamSender sender : senders) {
            sender.close();
        }
        if (cluster != null) {
            if (job != null) {
                cluster.cancelJob(job).get();
            }
            cluster.close();
        }
        TaskManagerNode.closeCurrent();
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }
}
