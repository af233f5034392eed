package dev.microphone.loadtest.bench;

import com.sun.jna.Memory;
import dev.microphone.edge.dsp.Resampler;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.standalone.bench.Benchmark;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * The resampler against libsamplerate's and soxr's best, in one run: quality and speed.
 *
 * <p>Speed: one channel in blocks of 20 ms, as live audio comes; rounds of all contenders in turn, so that what else the
 * machine does hits all alike; the median round counts.
 */
public final class ResamplerBench implements Benchmark {
    private static final int[] INPUT_RATES_HZ = {44_100, 96_000};
    private static final int ROUNDS = 7;
    private static final int SECONDS = 4;
    /** Java needs some rounds until it is compiled; what runs live is compiled. */
    private static final int WARM_UP_ROUNDS = 5;

    private static final int BLOCKS_PER_SECOND = 50;

    private static final Target DISTORTION = Target.atMost(-120, "dB");
    private static final Target IMAGES = Target.atMost(-100, "dB");
    private static final Target FLATNESS = Target.atMost(0.1, "dB");
    private static final Target SPEED = Target.atLeast(2.1, "x");

    @Override
    public String name() {
        return "resampler";
    }

    @Override
    public String description() {
        return "44.1 and 96 to 48 kHz: distortion, images, flatness, and speed against libsamplerate's best and soxr's";
    }

    @Override
    public void run(PrintStream out) {
        Report report = new Report(out);
        for (int inputRateHz : INPUT_RATES_HZ) {
            measure(inputRateHz, report);
        }
        report.summary();
    }

    private static void measure(int inputRateHz, Report report) {
        report.note(String.format(Locale.ROOT, "%,d to 48,000 Hz, one channel, blocks of 20 ms", inputRateHz));
        Contender ours = new Ours(inputRateHz);
        List<Contender> others = new ArrayList<>();
        addIfInstalled(
                others, "libsamplerate", "libsamplerate0", NativeResampler.Libsamplerate::new, inputRateHz, report);
        addIfInstalled(others, "soxr VHQ", "libsoxr0", NativeResampler.Soxr::new, inputRateHz, report);
        ToneMeasurement tones = new ToneMeasurement(inputRateHz, ours::convert);
        report.figure("THD+N before quantising, worst of 3 tones", tones.thdPlusNoiseDb(), "dB", DISTORTION);
        report.figure("strongest image or alias of any tone", tones.imagesAndAliasesDb(), "dB", IMAGES);
        report.figure("deviation from flat, 20 Hz to 20 kHz", tones.deviationDb(), "dB", FLATNESS);
        for (Contender other : others) {
            ToneMeasurement theirTones = new ToneMeasurement(inputRateHz, other::convert);
            report.figure(
                    "the same of " + other.name(),
                    String.format(
                            Locale.ROOT,
                            "%.1f dB, %.1f dB, %.4f dB",
                            theirTones.thdPlusNoiseDb(),
                            theirTones.imagesAndAliasesDb(),
                            theirTones.deviationDb()));
        }
        race(ours, others, noise(inputRateHz * SECONDS), report);
    }

    private static void race(Contender ours, List<Contender> others, float[] noise, Report report) {
        List<Contender> all = new ArrayList<>(others);
        all.add(0, ours);
        double[][] timesRealTime = new double[all.size()][ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int i = 0; i < all.size(); i++) {
                timesRealTime[i][Math.max(0, round)] =
                        SECONDS * 1e9 / all.get(i).timeNs(noise);
            }
        }
        double oursMedian = Medians.median(timesRealTime[0]);
        for (int i = 1; i < all.size(); i++) {
            double theirMedian = Medians.median(timesRealTime[i]);
            if (all.get(i).isCompared()) {
                report.ratio("speed", oursMedian, all.get(i).name(), theirMedian, "x real time", SPEED);
            } else {
                report.ratio("speed", oursMedian, all.get(i).name(), theirMedian, "x real time");
            }
        }
    }

    private static float[] noise(int samples) {
        Random random = new Random(1);
        float[] x = new float[samples];
        for (int i = 0; i < samples; i++) {
            x[i] = (float) (0.1 * random.nextGaussian());
        }
        return x;
    }

    private static void addIfInstalled(
            List<Contender> others,
            String name,
            String debianPackage,
            IntFunction<NativeResampler> library,
            int inputRateHz,
            Report report) {
        try {
            library.apply(inputRateHz).close();
            others.add(new Theirs(name, inputRateHz, library));
        } catch (UnsatisfiedLinkError notInstalled) {
            report.skipped("comparison with " + name, "needs Debian package " + debianPackage);
        }
    }

    private interface Contender {
        String name();

        /** Whether the target speaks about it. */
        boolean isCompared();

        float[] convert(float[] x);

        /** A fresh stream over {@code x}; only the conversion counts. */
        long timeNs(float[] x);
    }

    private record Ours(int inputRateHz) implements Contender {
        @Override
        public String name() {
            return "Microphone";
        }

        @Override
        public boolean isCompared() {
            return false;
        }

        @Override
        public float[] convert(float[] x) {
            float[] y = new float[48_000 + 1_000];
            Resampler resampler = Resampler.create(inputRateHz);
            int made = resampler.process(x, 0, x.length, y, 0);
            resampler.finish(y, made);
            return y;
        }

        @Override
        public long timeNs(float[] x) {
            Resampler resampler = Resampler.create(inputRateHz);
            int block = inputRateHz / BLOCKS_PER_SECOND;
            float[] y = new float[48_000 * SECONDS + 1_000];
            int made = 0;
            long startNs = System.nanoTime();
            for (int at = 0; at < x.length; at += block) {
                made += resampler.process(x, at, block, y, made);
            }
            return System.nanoTime() - startNs;
        }
    }

    private record Theirs(String name, int inputRateHz, IntFunction<NativeResampler> library) implements Contender {
        @Override
        public boolean isCompared() {
            return name.startsWith("libsamplerate");
        }

        @Override
        public float[] convert(float[] x) {
            float[] padded = Arrays.copyOf(x, x.length * 2);
            Memory output = new Memory(4L * (2 * 48_000 + 1_000));
            process(padded, output);
            return output.getFloatArray(0, 2 * 48_000);
        }

        @Override
        public long timeNs(float[] x) {
            return process(x, new Memory(4L * (48_000 * SECONDS + 1_000)));
        }

        private long process(float[] x, Memory output) {
            Memory input = new Memory(4L * x.length);
            input.write(0, x, 0, x.length);
            output.clear();
            int block = inputRateHz / BLOCKS_PER_SECOND;
            int room = (int) (output.size() / 4);
            int made = 0;
            try (NativeResampler resampler = library.apply(inputRateHz)) {
                long startNs = System.nanoTime();
                for (int at = 0; at < x.length; at += block) {
                    made += resampler.process(input.share(4L * at), block, output.share(4L * made), room - made);
                }
                return System.nanoTime() - startNs;
            }
        }
    }
}
