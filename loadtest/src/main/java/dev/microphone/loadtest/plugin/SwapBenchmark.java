package dev.microphone.loadtest.plugin;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.deploy.PluginControl;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.standalone.control.ControlThread;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * What live frames feel of a new version of their plugin: its file changes in the plugin folder, as whoever operates it
 * would have it, with the limits and threads of {@code run}. Each version is RNNoise with another digest, so it is
 * compiled and warmed up each time.
 */
public final class SwapBenchmark implements Benchmark {
    private static final String PLUGIN = "rnnoise";
    private static final int STREAMS = 20;
    private static final int SWAPS = 12;
    private static final long UNDISTURBED_MS = 5_000;
    private static final long FIRST_MS = 2_000;
    private static final long LONGEST_SWAP_MS = 60_000;

    private static final int STARTING = 0;
    private static final int UNDISTURBED = 1;
    private static final int LOADING = 2;
    private static final int CHANGED = 3;

    @Override
    public String name() {
        return "swap";
    }

    @Override
    public String description() {
        return "a frame's time while RNNoise is replaced by a new file, " + SWAPS + " times, against the same "
                + STREAMS + " live streams without; in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        Metrics metrics = new Metrics();
        double[] swapMs;
        LiveStreams live;
        try (ScratchFolder folder = new ScratchFolder();
                Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch()) {
            Path file = folder.path().resolve(PLUGIN + ".wasm");
            replace(file, 0);
            PluginSources sources = new PluginSources(folder.path(), PluginTrust.ANYONE);
            try (PluginLibrary library = new PluginLibrary(
                    sources,
                    PluginLimits.defaults(),
                    null,
                    watchdog,
                    PluginLibrary.DEFAULT_WARM_UP_FRAMES,
                    warning -> {})) {
                PreparedChain prepared = library.prepare(ChainSpec.parse(PLUGIN));
                live = new LiveStreams(prepared, STREAMS, CHANGED + 1, NoisyHum.make(4), watch, metrics);
                try (live) {
                    swapMs = swapped(library, sources, file, live);
                }
            }
        }
        report(report, live, swapMs, metrics);
    }

    /** @return from the change of the file to the change of the streams, of each swap */
    private static double[] swapped(PluginLibrary library, PluginSources sources, Path file, LiveStreams live)
            throws IOException, InterruptedException {
        Semaphore replaced = new Semaphore(0);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        double[] swapMs = new double[SWAPS];
        try (ControlThread thread = new ControlThread(failure::set)) {
            PluginControl control = new PluginControl(
                    library,
                    sources,
                    event -> {
                        if (event instanceof PluginReplaced) {
                            replaced.release();
                        } else {
                            failure.set(new IllegalStateException(event.toString()));
                        }
                    },
                    message -> failure.set(new IllegalStateException(message)));
            thread.poll(control::poll);
            Thread.sleep(UNDISTURBED_MS);
            for (int swap = 0; swap < SWAPS; swap++) {
                live.enter(UNDISTURBED);
                Thread.sleep(UNDISTURBED_MS);
                live.enter(LOADING);
                long startNs = System.nanoTime();
                replace(file, swap + 1);
                boolean changed = replaced.tryAcquire(LONGEST_SWAP_MS, TimeUnit.MILLISECONDS);
                if (!changed || failure.get() != null) {
                    throw new IllegalStateException("no new version after " + LONGEST_SWAP_MS + " ms", failure.get());
                }
                swapMs[swap] = (System.nanoTime() - startNs) / 1e6;
                live.enter(CHANGED);
                Thread.sleep(FIRST_MS);
            }
            live.enter(STARTING);
        }
        return swapMs;
    }

    /** Writes RNNoise with a custom section that no version before had, whole or not at all. */
    private static void replace(Path file, int version) throws IOException {
        byte[] section = {0, 3, 1, 'v', (byte) version};
        try (InputStream in = OfficialPlugins.open(PLUGIN)) {
            byte[] wasm = in.readAllBytes();
            byte[] other = Arrays.copyOf(wasm, wasm.length + section.length);
            System.arraycopy(section, 0, other, wasm.length, section.length);
            Path unfinished = Files.write(file.resolveSibling("unfinished"), other);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void report(Report report, LiveStreams live, double[] swapMs, Metrics metrics) {
        report.note("%d streams of 20 ms frames, both channels equal, on one thread; by the wall clock, µs"
                .formatted(STREAMS));
        line(report, "undisturbed", live.framesNs(UNDISTURBED));
        line(report, "new version noticed, compiled, warmed up", live.framesNs(LOADING));
        line(report, "its first " + FIRST_MS / 1_000 + " s live", live.framesNs(CHANGED));
        report.figure(
                "from the file's change to the streams'",
                "%.1f s, at most %.1f"
                        .formatted(
                                Medians.median(swapMs) / 1e3,
                                Arrays.stream(swapMs).max().orElseThrow() / 1e3));
        report.figure("frames that passed unprocessed", String.valueOf(metrics.sum("microphone_plugin_errors_total")));
    }

    private static void line(Report report, String what, Histogram framesNs) {
        report.figure(
                what,
                "p50 %,.0f   p99 %,.0f   p99.9 %,.0f   max %,.0f   (%,d frames)"
                        .formatted(
                                framesNs.getValueAtPercentile(50) / 1e3,
                                framesNs.getValueAtPercentile(99) / 1e3,
                                framesNs.getValueAtPercentile(99.9) / 1e3,
                                framesNs.getMaxValue() / 1e3,
                                framesNs.getTotalCount()));
    }
}
