package dev.microphone.loadtest.plugin;

import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.NativeReference.Code;
import dev.microphone.plugins.toolchain.ToolchainException;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** AEC3 in Chicory against the same C++ by g++ -O3, in turn, by processor time. */
public final class Aec3Benchmark implements Benchmark {
    private static final String PLUGIN = "aec3";
    private static final int SECONDS = 6;
    private static final int REPETITIONS = 5;
    private static final int ECHO_DELAY_SAMPLES = 60 * CanonicalAudio.SAMPLE_RATE_HZ / 1000;
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public String name() {
        return PLUGIN;
    }

    @Override
    public String description() {
        return "AEC3, one channel, in Chicory against the same C++ by g++ -O3 without SIMD: processor time, medians of "
                + REPETITIONS + " runs of " + SECONDS + " s of sound in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        byte[] far = NoisyHum.make(SECONDS);
        byte[] near = echoOf(far);
        try (WasmRunner shortFrames = new WasmRunner(PLUGIN, 10, near, far);
                WasmRunner longFrames = new WasmRunner(PLUGIN, 20, near, far);
                WasmRunner alone = new WasmRunner(PLUGIN, 10, near)) {
            Histogram warmUp = new Histogram(LONGEST_NS, 3);
            for (int i = 0; i < 3; i++) {
                shortFrames.cpuMicrosPerFrame(warmUp);
                longFrames.cpuMicrosPerFrame(warmUp);
                alone.cpuMicrosPerFrame(warmUp);
            }
            double wasmUs = againstGcc(report, near, far, shortFrames);
            report.figure("10 ms frame", wasmUs / 1e3, "ms", Target.atMost(0.6, "ms"));
            Histogram wallTimesNs = new Histogram(LONGEST_NS, 3);
            double[] cpuUs = new double[REPETITIONS];
            for (int i = 0; i < REPETITIONS; i++) {
                cpuUs[i] = longFrames.cpuMicrosPerFrame(wallTimesNs);
            }
            report.figure("20 ms frame", Medians.median(cpuUs) / 1e3, "ms", Target.atMost(5, "ms"));
            report.figure(
                    "the same by the wall clock",
                    "p50 %.2f ms, p99 %.2f ms"
                            .formatted(
                                    wallTimesNs.getValueAtPercentile(50) / 1e6,
                                    wallTimesNs.getValueAtPercentile(99) / 1e6));
            report.figure("10 ms frame without a far end", "%.0f µs".formatted(alone.cpuMicrosPerFrame(wallTimesNs)));
        }
        report.summary();
    }

    /** @return the plugin's time for a frame of 10 ms, µs */
    private static double againstGcc(Report report, byte[] near, byte[] far, WasmRunner wasm)
            throws IOException, ToolchainException {
        double[] wasmUs = new double[REPETITIONS];
        double[] nativeUs = new double[REPETITIONS];
        boolean hasGcc = NativeReference.isAvailable();
        Path input = Files.createTempFile("microphone-bench", ".pcm");
        Path reference = Files.createTempFile("microphone-bench", ".pcm");
        Path output = Files.createTempFile("microphone-bench", ".pcm");
        try (NativeReference gcc = hasGcc ? NativeReference.build(PLUGIN, Code.OWN) : null) {
            Files.write(input, near);
            Files.write(reference, far);
            for (int i = 0; i < REPETITIONS; i++) {
                wasmUs[i] = wasm.cpuMicrosPerFrame(new Histogram(LONGEST_NS, 3));
                if (gcc != null) {
                    nativeUs[i] = gcc.run(10, "", input, reference, output, 1).medianFrameUs();
                }
            }
        } finally {
            Files.deleteIfExists(input);
            Files.deleteIfExists(reference);
            Files.deleteIfExists(output);
        }
        double median = Medians.median(wasmUs);
        if (hasGcc) {
            report.ratio("10 ms, the very same C++", median, "g++ -O3", Medians.median(nativeUs), "µs");
        } else {
            report.skipped("10 ms against g++ -O3", "gcc is not installed (Debian packages gcc and g++)");
        }
        return median;
    }

    /** The far end late and quieter, with a reflection and a little noise. */
    private static byte[] echoOf(byte[] far) {
        ByteBuffer in = ByteBuffer.wrap(far).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(far.length).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < far.length / CanonicalAudio.BLOCK_LENGTH; i++) {
            double direct = sample(in, i - ECHO_DELAY_SAMPLES);
            double reflected = sample(in, i - ECHO_DELAY_SAMPLES - 700);
            short heard = (short) (0.5 * direct - 0.2 * reflected + random.nextDouble(-10, 10));
            out.putShort(heard).putShort(heard);
        }
        return out.array();
    }

    private static double sample(ByteBuffer pcm, int index) {
        return index < 0 ? 0 : pcm.getShort(index * CanonicalAudio.BLOCK_LENGTH);
    }
}
