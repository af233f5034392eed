package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.BssEval.Ratios;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much better each talker is heard after {@code bss} than at the first microphone, from 5 s on, at 16 kHz. */
class BssSeparationTest {
    private static final int DECIMATION = 3;
    private static final int FROM_SAMPLE = 5 * Pcm.RATE_HZ;
    private static final int LATENCY_SAMPLES = 4096;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldTakeTwoTalkersApartInADryRoom() throws IOException {
        Ratios better = improvement(0.2, TwoTalkers.scenes().get(0), 0);
        assertTrue(better.sdrDb() >= 8, "SDR better by " + better.sdrDb() + " dB, at least 8 expected");
        assertTrue(better.sirDb() >= 10, "SIR better by " + better.sirDb() + " dB, at least 10 expected");
    }

    /** The aim: at least 8 dB in the mean over both rooms. */
    @Test
    @Tag("proof")
    void shouldTakeTwoTalkersApartInManyScenes() throws IOException {
        double dryDb = meanSdrDb(0.2);
        double wetDb = meanSdrDb(0.4);
        double meanDb = (dryDb + wetDb) / 2;
        assertTrue(meanDb >= 8, "SDR better by " + meanDb + " dB, at least 8 expected");
        assertTrue(dryDb >= 12, "RT60 0.2 s: SDR better by " + dryDb + " dB, at least 12 expected");
        assertTrue(wetDb >= 7, "RT60 0.4 s: SDR better by " + wetDb + " dB, at least 7 expected");
    }

    /** Over all scenes, each with its own sentences. */
    private static double meanSdrDb(double reverberationSeconds) throws IOException {
        StringBuilder table = new StringBuilder();
        double sdrDb = 0;
        double sirDb = 0;
        List<TwoTalkers.Scene> scenes = TwoTalkers.scenes();
        for (int i = 0; i < scenes.size(); i++) {
            Ratios better = improvement(reverberationSeconds, scenes.get(i), i);
            table.append("RT60 %.1f s, scene %d: SDR %+.1f dB, SIR %+.1f dB%n"
                    .formatted(reverberationSeconds, i + 1, better.sdrDb(), better.sirDb()));
            sdrDb += better.sdrDb() / scenes.size();
            sirDb += better.sirDb() / scenes.size();
        }
        table.append("RT60 %.1f s, mean: SDR %+.1f dB, SIR %+.1f dB%n".formatted(reverberationSeconds, sdrDb, sirDb));
        System.out.print(table);
        return sdrDb;
    }

    /** Mean over both talkers, in the order of outputs that fits better. */
    private static Ratios improvement(double reverberationSeconds, TwoTalkers.Scene scene, int excerpt)
            throws IOException {
        TwoTalkers talkers = TwoTalkers.in(reverberationSeconds, scene, excerpt);
        byte[] mixture = talkers.mixture();
        long startNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        byte[] out = WasmPlugin.load("bss").process(mixture, 3840);
        double frameMillis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startNs)
                / 1e6
                / ((double) mixture.length / 3840);
        System.out.printf(
                "bss: %.2f ms of processor time a frame of 20 ms, loading and warm-up included%n", frameMillis);
        double[] microphone = lowBand(Pcm.channel(mixture, 0), FROM_SAMPLE);
        double[] left = lowBand(Pcm.channel(out, 0), FROM_SAMPLE + LATENCY_SAMPLES);
        double[] right = lowBand(Pcm.channel(out, 1), FROM_SAMPLE + LATENCY_SAMPLES);
        BssEval eval = new BssEval(
                lowBand(rounded(talkers.images()[0][0]), FROM_SAMPLE),
                lowBand(rounded(talkers.images()[1][0]), FROM_SAMPLE));
        Ratios before = mean(eval.evaluate(microphone, 0), eval.evaluate(microphone, 1));
        Ratios straight = mean(eval.evaluate(left, 0), eval.evaluate(right, 1));
        Ratios crossed = mean(eval.evaluate(right, 0), eval.evaluate(left, 1));
        Ratios after = straight.sdrDb() > crossed.sdrDb() ? straight : crossed;
        return new Ratios(after.sdrDb() - before.sdrDb(), after.sirDb() - before.sirDb());
    }

    private static Ratios mean(Ratios one, Ratios other) {
        return new Ratios((one.sdrDb() + other.sdrDb()) / 2, (one.sirDb() + other.sirDb()) / 2);
    }

    private static short[] rounded(double[] samples) {
        short[] rounded = new short[samples.length];
        for (int i = 0; i < samples.length; i++) {
            rounded[i] = (short) Math.rint(samples[i]);
        }
        return rounded;
    }

    /** 10 s from {@code from} on, at 16 kHz: Hann-windowed sinc with its corner at 7.5 kHz. */
    private static double[] lowBand(short[] samples, int from) {
        int half = 72;
        double[] taps = new double[2 * half + 1];
        for (int i = -half; i <= half; i++) {
            double x = 2 * 7500.0 / Pcm.RATE_HZ * i;
            double sinc = i == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
            taps[i + half] = 2 * 7500.0 / Pcm.RATE_HZ * sinc * 0.5 * (1 + Math.cos(Math.PI * i / (half + 1)));
        }
        double[] low = new double[10 * Pcm.RATE_HZ / DECIMATION];
        for (int i = 0; i < low.length; i++) {
            double sum = 0;
            for (int k = 0; k < taps.length; k++) {
                sum += taps[k] * samples[from + DECIMATION * i + k - half];
            }
            low[i] = sum;
        }
        return low;
    }

    @Test
    void shouldComputeTheRatiosThatMirEvalComputes() throws IOException, InterruptedException {
        assumeTrue(hasMirEval(), "needs mir_eval (Debian package python3-mir-eval)");
        Random random = new Random(11);
        int samples = 32_000;
        double[] one = random.doubles(samples, -1, 1).toArray();
        double[] other = random.doubles(samples, -1, 1).toArray();
        double[] first = new double[samples];
        double[] second = new double[samples];
        for (int i = 1; i < samples; i++) {
            one[i] += 0.9 * one[i - 1];
            first[i] = 0.7 * one[i - 1] + 0.2 * other[i] + 0.1 * random.nextGaussian();
            second[i] = other[i] - 0.3 * one[i] + (i > 900 ? 0.2 * other[i - 900] : 0);
        }
        BssEval eval = new BssEval(one, other);
        String[] theirs = mirEval(one, other, first, second).strip().split("\\s+", -1);
        Ratios ofFirst = eval.evaluate(first, 0);
        Ratios ofSecond = eval.evaluate(second, 1);
        double[] ours = {ofFirst.sdrDb(), ofSecond.sdrDb(), ofFirst.sirDb(), ofSecond.sirDb()};
        for (int i = 0; i < ours.length; i++) {
            assertEquals(Double.parseDouble(theirs[i]), ours[i], 0.01);
        }
    }

    private static boolean hasMirEval() throws InterruptedException {
        try {
            return new ProcessBuilder("/usr/bin/python3", "-c", "import mir_eval.separation")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String mirEval(double[]... signals) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 * 4 * signals[0].length).order(ByteOrder.LITTLE_ENDIAN);
        for (double[] signal : signals) {
            bytes.asDoubleBuffer().put(signal);
            bytes.position(bytes.position() + 8 * signal.length);
        }
        Path file = Files.write(folder.resolve("signals.raw"), bytes.array());
        String script = """
                import sys, numpy, mir_eval.separation as s
                x = numpy.fromfile(sys.argv[1]).reshape(4, -1)
                r = s.bss_eval_sources(x[:2], x[2:], compute_permutation=False)
                print(*r[0], *r[1])
                """;
        Process python = new ProcessBuilder("/usr/bin/python3", "-W", "ignore", "-c", script, file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
