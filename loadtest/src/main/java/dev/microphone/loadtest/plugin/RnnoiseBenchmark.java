package dev.microphone.loadtest.plugin;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.NativeReference.Code;
import dev.microphone.plugins.toolchain.ToolchainException;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.standalone.bench.Benchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** RNNoise in Chicory against the same C code by gcc -O3 and ffmpeg's arnndn, in turn, by processor time. */
public final class RnnoiseBenchmark implements Benchmark {
    private static final String PLUGIN = "rnnoise";
    private static final int SECONDS = 8;
    private static final int REPETITIONS = 21;
    /** A few seconds: C2 compiles the longest functions last. */
    private static final int WARM_UP_RUNS = 25;

    private static final int SHORT_FRAME_MILLIS = 10;
    private static final int LONG_FRAME_MILLIS = 20;
    /** How much longer ffmpeg's long run is, in lengths of the short one. */
    private static final int LONGER = 4;

    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public String name() {
        return PLUGIN;
    }

    @Override
    public String description() {
        return "RNNoise, one channel, in Chicory against the same C code by gcc -O3 and ffmpeg's arnndn: processor time, medians of "
                + REPETITIONS + " runs of " + SECONDS + " s of sound in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        byte[] pcm = NoisyHum.make(SECONDS);
        try (WasmRunner shortFrames = new WasmRunner(PLUGIN, SHORT_FRAME_MILLIS, pcm);
                WasmRunner longFrames = new WasmRunner(PLUGIN, LONG_FRAME_MILLIS, pcm)) {
            warmUp(shortFrames, longFrames);
            againstGcc(report, pcm, shortFrames);
            againstFfmpeg(report, pcm, shortFrames);
            longFrame(report, longFrames);
        }
        report.summary();
    }

    /** The library has warmed each plugin already; this lets the JIT finish with this very loop. */
    private static void warmUp(WasmRunner... runners) {
        for (WasmRunner runner : runners) {
            for (int i = 0; i < WARM_UP_RUNS; i++) {
                runner.cpuMicrosPerFrame(new Histogram(LONGEST_NS, 3));
            }
        }
    }

    private static void againstGcc(Report report, byte[] pcm, WasmRunner wasm)
            throws IOException, ToolchainException, PluginRejectedException {
        if (!NativeReference.isAvailable()) {
            report.skipped("10 ms against gcc -O3", "gcc is not installed (Debian package gcc)");
            return;
        }
        Path input = Files.createTempFile("microphone-bench", ".pcm");
        Path output = Files.createTempFile("microphone-bench", ".pcm");
        try (NativeReference own = NativeReference.build(PLUGIN, Code.OWN);
                NativeReference upstream = NativeReference.build(PLUGIN, Code.UPSTREAM)) {
            Files.write(input, pcm);
            double[] wasmUs = new double[REPETITIONS];
            double[] ownUs = new double[REPETITIONS];
            double[] upstreamUs = new double[REPETITIONS];
            for (int i = 0; i < REPETITIONS; i++) {
                wasmUs[i] = wasm.cpuMicrosPerFrame(new Histogram(LONGEST_NS, 3));
                ownUs[i] = own.run(SHORT_FRAME_MILLIS, "", input, output, 1).medianFrameUs();
                upstreamUs[i] =
                        upstream.run(SHORT_FRAME_MILLIS, "", input, output, 1).medianFrameUs();
            }
            double median = Medians.median(wasmUs);
            report.ratio(
                    "10 ms, the very same C", median, "gcc -O3", Medians.median(ownUs), "µs", Target.atMost(1.2, "x"));
            report.ratio("10 ms, upstream's C", median, "gcc -O3", Medians.median(upstreamUs), "µs");
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(output);
        }
    }

    /** Of ffmpeg the difference between a long and a short run: what it takes to start is in both. */
    private static void againstFfmpeg(Report report, byte[] pcm, WasmRunner wasm)
            throws IOException, InterruptedException, PluginRejectedException {
        if (!Arnndn.isAvailable()) {
            report.skipped("10 ms against ffmpeg's arnndn", "ffmpeg is not installed (Debian package ffmpeg)");
            return;
        }
        Path shortInput = Files.createTempFile("microphone-bench", ".pcm");
        Path longInput = Files.createTempFile("microphone-bench", ".pcm");
        try (Arnndn arnndn = new Arnndn()) {
            byte[] mono = leftOf(pcm);
            Files.write(shortInput, mono);
            for (int i = 0; i <= LONGER; i++) {
                Files.write(longInput, mono, StandardOpenOption.APPEND);
            }
            double frames = (double) LONGER * SECONDS * 1000 / SHORT_FRAME_MILLIS;
            double[] wasmUs = new double[REPETITIONS];
            double[] ffmpegUs = new double[REPETITIONS];
            for (int i = 0; i < REPETITIONS; i++) {
                wasmUs[i] = wasm.cpuMicrosPerFrame(new Histogram(LONGEST_NS, 3));
                ffmpegUs[i] = (arnndn.cpuSeconds(longInput) - arnndn.cpuSeconds(shortInput)) * 1e6 / frames;
            }
            report.ratio(
                    "10 ms, the same weights",
                    Medians.median(wasmUs),
                    "ffmpeg's arnndn",
                    Medians.median(ffmpegUs),
                    "µs",
                    Target.atMost(2, "x"));
        } finally {
            Files.deleteIfExists(shortInput);
            Files.deleteIfExists(longInput);
        }
    }

    private static byte[] leftOf(byte[] pcm) {
        byte[] mono = new byte[pcm.length / 2];
        for (int i = 0; i < mono.length; i += 2) {
            mono[i] = pcm[2 * i];
            mono[i + 1] = pcm[2 * i + 1];
        }
        return mono;
    }

    private static void longFrame(Report report, WasmRunner wasm) {
        double[] cpuUs = new double[REPETITIONS];
        Histogram wallTimesNs = new Histogram(LONGEST_NS, 3);
        for (int i = 0; i < REPETITIONS; i++) {
            cpuUs[i] = wasm.cpuMicrosPerFrame(wallTimesNs);
        }
        report.figure("20 ms dual mono through the chain", Medians.median(cpuUs) / 1e3, "ms", Target.atMost(0.8, "ms"));
        report.figure(
                "the same by the wall clock",
                "p50 %.2f ms, p99 %.2f ms"
                        .formatted(
                                wallTimesNs.getValueAtPercentile(50) / 1e6,
                                wallTimesNs.getValueAtPercentile(99) / 1e6));
    }
}
