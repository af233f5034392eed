package dev.microphone.loadtest.plugin;

import com.sun.management.ThreadMXBean;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSnapshot;
import dev.microphone.processor.chain.ChainSnapshotFormat;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.chain.SnapshotRejectedException;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/** What RNNoise's snapshots cost: one of them against its whole memory deflated, and those of many streams, frame by frame. */
public final class SnapshotBenchmark implements Benchmark {
    private static final String PLUGIN = "rnnoise";
    private static final int REPETITIONS = 201;
    private static final int STREAMS = 200;
    private static final int ROUNDS = 150;
    /** Rounds before the snapshots have grown to their size. */
    private static final int UNMEASURED_ROUNDS = 110;

    private static final int FRAMES_A_SECOND = 50;
    private static final double KILOBYTE = 1_024;
    /** What is measured is not to end early on a busy machine. */
    private static final long GENEROUS_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    public String name() {
        return "snapshots";
    }

    @Override
    public String description() {
        return "RNNoise's snapshot against its whole memory deflated, medians of " + REPETITIONS
                + "; and what the snapshots of " + STREAMS + " streams cost a frame";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        byte[] pcm = NoisyHum.make(4);
        Metrics metrics = new Metrics();
        try (Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch();
                PluginLibrary library = new PluginLibrary(
                        PluginFiles.official(),
                        PluginLimits.defaults().withFrameBudgetNs(GENEROUS_NS),
                        null,
                        watchdog,
                        PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                        warning -> {})) {
            PreparedChain prepared = library.prepare(ChainSpec.parse(PLUGIN));
            try (Chain chain = prepared.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics)) {
                oneSnapshot(report, chain, wholeMemory(pcm, watch), pcm);
            }
            manyStreams(report, prepared, pcm, metrics);
        }
        if (metrics.sum("microphone_plugin_errors_total") > 0) {
            throw new IllegalStateException("a plugin failed: the figures would be of frames passed through");
        }
        report.summary();
    }

    /** An instance's memory after some seconds of sound. */
    private static byte[] wholeMemory(byte[] pcm, Watch watch) throws Exception {
        try (InputStream in = OfficialPlugins.open(PLUGIN)) {
            PluginInstance instance = PluginModule.load(in.readAllBytes(), PluginLimits.defaults(), null, warning -> {})
                    .newInstance(Map.of(), watch);
            int length = new Frame().pcmLength();
            for (int i = 0; i + length <= pcm.length; i += length) {
                instance.process(pcm.clone(), i, length, watch, GENEROUS_NS);
            }
            return instance.copyOfMemory();
        }
    }

    private void oneSnapshot(Report report, Chain chain, byte[] memory, byte[] pcm)
            throws SnapshotRejectedException, IOException {
        Frame frame = new Frame();
        for (int i = 0; i < pcm.length / frame.pcmLength(); i++) {
            process(chain, frame, pcm, i);
        }
        ChainSnapshot snapshot = new ChainSnapshot();
        double[] takeUs = new double[REPETITIONS];
        double[] encodeMs = new double[REPETITIONS];
        double[] restoreMs = new double[REPETITIONS];
        double[] wholeMs = new double[REPETITIONS];
        int encoded = 0;
        int whole = 0;
        long allocated = 0;
        // Twice: the first time warms up.
        for (int i = 0; i < 2 * REPETITIONS; i++) {
            int at = i % REPETITIONS;
            process(chain, frame, pcm, at);
            long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            long cpuNs = threads.getCurrentThreadCpuTime();
            chain.take(snapshot);
            takeUs[at] = (threads.getCurrentThreadCpuTime() - cpuNs) / 1e3;
            allocated = threads.getCurrentThreadAllocatedBytes() - bytesBefore;
            cpuNs = threads.getCurrentThreadCpuTime();
            byte[] bytes = ChainSnapshotFormat.encode(snapshot);
            encodeMs[at] = takeUs[at] / 1e3 + (threads.getCurrentThreadCpuTime() - cpuNs) / 1e6;
            encoded = Math.max(encoded, bytes.length);
            cpuNs = threads.getCurrentThreadCpuTime();
            chain.restore(ChainSnapshotFormat.decode(bytes));
            restoreMs[at] = (threads.getCurrentThreadCpuTime() - cpuNs) / 1e6;
            cpuNs = threads.getCurrentThreadCpuTime();
            whole = deflated(memory);
            wholeMs[at] = (threads.getCurrentThreadCpuTime() - cpuNs) / 1e6;
        }
        report.figure(
                "RNNoise's memory",
                "%.0f KiB, of which %.1f KiB differ from a fresh instance's"
                        .formatted(memory.length / KILOBYTE, snapshot.changedBytes() / KILOBYTE));
        report.figure(
                "snapshot",
                encoded / KILOBYTE,
                "whole memory deflated",
                whole / KILOBYTE,
                "KiB",
                Target.atMost(64, "KiB"));
        report.figure(
                "taken and encoded",
                Medians.median(encodeMs),
                "whole memory deflated",
                Medians.median(wholeMs),
                "ms",
                Target.atMost(3, "ms"));
        report.figure(
                "  of that on the stream's thread",
                "%.0f µs, %d bytes allocated".formatted(Medians.median(takeUs), allocated));
        report.figure("decoded and restored", Medians.median(restoreMs), "ms", Target.atMost(3, "ms"));
    }

    private static int deflated(byte[] memory) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(memory);
            deflater.finish();
            return deflater.deflate(new byte[memory.length + 1_024]);
        } finally {
            deflater.end();
        }
    }

    /**
     * All streams' frames in turn, so that each stream's memory has left the caches when its next frame comes. The chains
     * keep their last good state by themselves; to see what one costs, a fiftieth of the frames takes another.
     */
    private void manyStreams(Report report, PreparedChain prepared, byte[] pcm, Metrics metrics) {
        List<Chain> chains = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            chains.add(prepared.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics));
        }
        Histogram takesNs = new Histogram(LONGEST_NS, 3);
        Histogram framesNs = new Histogram(LONGEST_NS, 3);
        ChainSnapshot snapshot = new ChainSnapshot();
        Frame frame = new Frame();
        long allocatedBefore = 0;
        long takenNs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == UNMEASURED_ROUNDS) {
                allocatedBefore = threads.getCurrentThreadAllocatedBytes();
                framesNs.reset();
                takesNs.reset();
                takenNs = 0;
            }
            for (int i = 0; i < STREAMS; i++) {
                long startNs = System.nanoTime();
                process(chains.get(i), frame, pcm, round);
                long endNs = System.nanoTime();
                framesNs.recordValue(Math.min(endNs - startNs, LONGEST_NS));
                if ((i + round) % FRAMES_A_SECOND == 0) {
                    chains.get(i).take(snapshot);
                    long oneNs = System.nanoTime() - endNs;
                    takesNs.recordValue(Math.min(oneNs, LONGEST_NS));
                    takenNs += oneNs;
                }
            }
        }
        long frames = (long) (ROUNDS - UNMEASURED_ROUNDS) * STREAMS;
        long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
        report.figure(
                STREAMS + " streams: one snapshot, caches cold",
                "p50 %.0f µs, p99 %.0f µs"
                        .formatted(takesNs.getValueAtPercentile(50) / 1e3, takesNs.getValueAtPercentile(99) / 1e3));
        report.figure(
                "  a frame, one in " + FRAMES_A_SECOND + " takes one",
                "%.2f µs on average, p98 0, p99 %.0f µs more"
                        .formatted(takenNs / 1e3 / frames, takesNs.getValueAtPercentile(50) / 1e3));
        report.figure(
                "  20 ms frames with their snapshots",
                "p50 %.0f µs, p99 %.0f µs, %.2f bytes allocated a frame"
                        .formatted(
                                framesNs.getValueAtPercentile(50) / 1e3,
                                framesNs.getValueAtPercentile(99) / 1e3,
                                allocated / (double) frames));
        chains.forEach(Chain::close);
    }

    private static void process(Chain chain, Frame frame, byte[] pcm, int index) {
        int length = frame.pcmLength();
        System.arraycopy(pcm, index % (pcm.length / length) * length, frame.bytes(), frame.pcmOffset(), length);
        chain.process(frame.flags(FrameFlags.DUAL_MONO).epoch(1).sequence(index));
    }
}
