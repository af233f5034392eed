package dev.microphone.loadtest.plugin;

import com.sun.management.ThreadMXBean;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.processor.StreamSession;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;

/** What the host spends around a plugin call that itself does nothing, against the two copies that it takes. */
public final class CallOverheadBenchmark implements Benchmark {
    /**
     * {@code (module (memory (export "memory") 1) (func (export "process_frame") (param i32 i32) (result i32) local.get
     * 1))}: header, type, function, memory, exports, code.
     */
    private static final byte[] DOES_NOTHING = HexFormat.of()
            .parseHex("0061736d01000000" + "01070160027f7f017f" + "03020100" + "0503010001" + "071a02"
                    + "066d656d6f7279" + "0200" + "0d70726f636573735f6672616d65" + "0000" + "0a0601040020010b");

    private static final int FRAMES = 100_000;
    private static final int REPETITIONS = 15;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Frame frame = new Frame();
    private final byte[] memory = new byte[65_536];
    private long sequence;

    @Override
    public String name() {
        return "overhead";
    }

    @Override
    public String description() {
        return "host overhead of one plugin call on a 20 ms frame: a session with a plugin that does nothing, against one"
                + " without plugins and against the two copies alone; processor time, medians of " + REPETITIONS
                + " runs of " + FRAMES + " frames in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        frame.samplesPerChannel(CanonicalAudio.samplesPerChannel(CanonicalAudio.DEFAULT_FRAME_MILLIS));
        Metrics metrics = new Metrics();
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library = new PluginLibrary(
                        spec -> DOES_NOTHING, PluginLimits.defaults(), null, watchdog, 1_000, warning -> {});
                Chain with = chain(library, "nothing.wasm", metrics);
                Chain without = chain(library, "none", metrics)) {
            measure(
                    report,
                    new StreamSession(1, with, metrics, "with", ControlEventListener.NONE, 0),
                    new StreamSession(2, without, metrics, "without", ControlEventListener.NONE, 0));
        }
        if (metrics.sum("microphone_plugin_errors_total") > 0) {
            throw new IllegalStateException("plugin faults: the figures would be of frames passed through");
        }
        report.summary();
    }

    private static Chain chain(PluginLibrary library, String chain, Metrics metrics) throws Exception {
        return library.prepare(ChainSpec.parse(chain))
                .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
    }

    private void measure(Report report, StreamSession with, StreamSession without) {
        double[] withNs = new double[REPETITIONS];
        double[] withoutNs = new double[REPETITIONS];
        double[] copiesNs = new double[REPETITIONS];
        long allocatedBytes = 0;
        for (int i = -3; i < REPETITIONS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            double plugin = nanosPerFrame(() -> session(with));
            // The clock's own reading allocates nothing; what the lambda and the boxes do is once a run.
            allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
            double none = nanosPerFrame(() -> session(without));
            double copies = nanosPerFrame(this::copies);
            if (i >= 0) {
                withNs[i] = plugin;
                withoutNs[i] = none;
                copiesNs[i] = copies;
            }
        }
        double overheadUs = (Medians.median(withNs) - Medians.median(copiesNs)) / 1e3;
        report.figure(
                "a plugin call less the two copies",
                overheadUs,
                "the two copies",
                Medians.median(copiesNs) / 1e3,
                "µs",
                Target.atMost(2, "µs"));
        report.ratio(
                "  the whole session, counters and all",
                Medians.median(withNs) / 1e3,
                "without plugins",
                Medians.median(withoutNs) / 1e3,
                "µs");
        report.figure("  allocated a frame", allocatedBytes / (double) FRAMES, "bytes", Target.atMost(0.99, "bytes"));
    }

    private double nanosPerFrame(Runnable frames) {
        long beforeNs = threads.getCurrentThreadCpuTime();
        frames.run();
        return (threads.getCurrentThreadCpuTime() - beforeNs) / (double) FRAMES;
    }

    private void session(StreamSession session) {
        for (int i = 0; i < FRAMES; i++) {
            frame.flags(FrameFlags.DUAL_MONO).sequence(sequence++);
            session.onFrame(frame, sequence);
        }
    }

    private void copies() {
        for (int i = 0; i < FRAMES; i++) {
            frame.flags(FrameFlags.DUAL_MONO).sequence(i);
            System.arraycopy(frame.bytes(), frame.pcmOffset(), memory, 1_024, frame.pcmLength());
            System.arraycopy(memory, 1_024, frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        }
    }
}
