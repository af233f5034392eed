package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {
    private static final double AMPLITUDE = 0.891;
    private static final double AMPLITUDE_DB = 20 * Math.log10(AMPLITUDE);

    static float[] resample(float[] x, int inputRateHz) {
        Resampler resampler = Resampler.create(inputRateHz);
        float[] y = new float[resampler.maxOutput(x.length) + resampler.maxOutput(resampler.tailSamples())];
        int count = resampler.process(x, 0, x.length, y, 0);
        count += resampler.finish(y, count);
        return Arrays.copyOf(y, count);
    }

    /** Half a second from the middle of what becomes of a sine. */
    private static SineFit measure(double frequencyHz, int inputRateHz) {
        float[] y = resample(Signals.sine(frequencyHz, inputRateHz, inputRateHz, AMPLITUDE), inputRateHz);
        return SineFit.of(y, 12_000, 36_000, frequencyHz, 48_000);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 88_200, 96_000, 176_400, 192_000})
    void shouldDistortLessThanMinus120DbWhenTheRateIsAUsualOne(int rateHz) {
        assertInstanceOf(PeriodicResampler.class, Resampler.create(rateHz));
        assertDistortsLittle(rateHz);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_001, 11_111, 37_799, 44_101, 47_999, 48_001, 95_999, 191_999})
    void shouldDistortLessThanMinus120DbWhenTheRateIsAwkward(int rateHz) {
        assertInstanceOf(InterpolatingResampler.class, Resampler.create(rateHz));
        assertDistortsLittle(rateHz);
    }

    private static void assertDistortsLittle(int rateHz) {
        double highestHz = Math.min(20_000, rateHz / 2.0 * 0.907);
        for (double frequencyHz : new double[] {97, 997, highestHz / 2, highestHz}) {
            SineFit fit = measure(frequencyHz, rateHz);
            assertTrue(
                    fit.thdPlusNoiseDb() <= -120,
                    () -> rateHz + " Hz: THD+N " + fit.thdPlusNoiseDb() + " dB at " + frequencyHz + " Hz");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {44_100, 96_000, 192_000, 48_001})
    void shouldBeFlatWithinATenthOfADbUpTo20kHz(int rateHz) {
        for (double frequencyHz = 20; frequencyHz <= 20_000; frequencyHz += 370) {
            double deviationDb = measure(frequencyHz, rateHz).amplitudeDb() - AMPLITUDE_DB;
            double atHz = frequencyHz;
            assertEquals(0, deviationDb, 0.1, () -> "at " + atHz + " Hz");
        }
        assertEquals(0, measure(20_000, rateHz).amplitudeDb() - AMPLITUDE_DB, 0.1, "at 20,000 Hz");
    }

    /** Of any input tone up to Nyquist, also of those that nobody hears: everything but the tone itself is 100 dB down. */
    @ParameterizedTest
    @CsvSource({"44100, 22050", "96000, 24000", "8000, 4000", "192000, 24000", "8001, 4000", "95999, 24000"})
    void shouldKeepImages100DbDownForAnyToneUpToNyquist(int rateHz, int stopHz) {
        for (double frequencyHz = 100; frequencyHz < stopHz; frequencyHz += stopHz / 61.3) {
            double imagesDb = 10 * Math.log10(measure(frequencyHz, rateHz).residualPower() * 2) - AMPLITUDE_DB;
            double atHz = frequencyHz;
            assertTrue(imagesDb <= -100, () -> imagesDb + " dB at " + atHz + " Hz");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {96_000, 192_000, 95_999})
    void shouldKeepAliases100DbDownWhenATooHighToneComesIn(int rateHz) {
        for (double frequencyHz = 24_000; frequencyHz < rateHz / 2.0; frequencyHz += 401) {
            float[] y = resample(Signals.sine(frequencyHz, rateHz, rateHz, AMPLITUDE), rateHz);
            double aliasesDb = Signals.rmsDbfs(y, 12_000, 36_000) + 3.01 - AMPLITUDE_DB;
            double atHz = frequencyHz;
            assertTrue(aliasesDb <= -100, () -> aliasesDb + " dB at " + atHz + " Hz");
        }
    }

    @ParameterizedTest
    @CsvSource({"8000, -120", "44100, -120", "96000, -120", "192000, -120", "44101, -110", "191999, -110"})
    void shouldGiveTheWaveformThatSoxGives(int rateHz, double limitDb, @TempDir Path folder) throws Exception {
        ExternalTool sox = ExternalTool.require("sox", "sox", folder);
        // Above 14 kHz sox rolls off by up to 0.003 dB, and at awkward rates its own error is some -114 dB (both
        // against
        // the ideal sine): hence the tones and limits.
        Random random = new Random(rateHz);
        float[] x = new float[rateHz];
        for (int tone = 0; tone < 12; tone++) {
            double frequencyHz = 20 + random.nextDouble() * Math.min(14_000, rateHz * 0.3);
            double phase = random.nextDouble() * 6;
            for (int i = 0; i < x.length; i++) {
                x[i] += (float) (0.05 * Math.sin(2 * Math.PI * frequencyHz * i / rateHz + phase));
            }
        }
        String rate = Integer.toString(rateHz);
        byte[] theirs = sox.run(
                        Signals.f32(x),
                        "-D",
                        "-t",
                        "f32",
                        "-r",
                        rate,
                        "-c",
                        "1",
                        "-",
                        "-t",
                        "f32",
                        "-",
                        "rate",
                        "-v",
                        "48000")
                .output();
        float[] expected = Signals.floats(theirs);
        float[] actual = resample(x, rateHz);
        assertEquals(expected.length, actual.length, 1);
        float[] difference = new float[48_000];
        for (int i = 0; i < difference.length; i++) {
            difference[i] = expected[i] - actual[i];
        }
        double differenceDb = Signals.rmsDbfs(difference, 12_000, 36_000) - Signals.rmsDbfs(expected, 12_000, 36_000);
        assertTrue(differenceDb <= limitDb, () -> "difference " + differenceDb + " dB");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100, 96_000, 8_001, 48_001})
    void shouldGiveTheSameBitsHoweverTheInputIsCut(int rateHz) {
        float[] x = Signals.noise(rateHz / 2, -12, 1);
        float[] whole = resample(x, rateHz);
        Resampler resampler = Resampler.create(rateHz);
        Random random = new Random(2);
        float[] y = new float[whole.length + 8];
        int written = 0;
        for (int at = 0; at < x.length; ) {
            int count = Math.min(x.length - at, random.nextInt(300));
            int made = resampler.process(x, at, count, y, written);
            assertTrue(made <= resampler.maxOutput(count), "more than it may write");
            written += made;
            at += count;
        }
        written += resampler.finish(y, written);
        assertArrayEquals(whole, Arrays.copyOf(y, written));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 44_100, 96_000, 192_000, 8_001, 47_999, 191_999})
    void shouldPutEveryInputSampleAtItsPlaceAndKeepTheLength(int rateHz) {
        for (int samples : new int[] {0, 1, 2, rateHz / 100, rateHz / 10 + 1}) {
            long expected = (samples * 48_000L + rateHz - 1) / rateHz;
            assertEquals(expected, resample(new float[samples], rateHz).length);
            assertEquals(expected, Resampler.outputSamples(samples, rateHz));
        }
        float[] x = Signals.sine(440, rateHz, rateHz / 5, 0.5);
        float[] y = resample(x, rateHz);
        float[] ideal = Signals.sine(440, 48_000, y.length, 0.5);
        for (int i = 2_000; i < y.length - 2_000; i++) {
            assertEquals(ideal[i], y[i], 1e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100, 96_000, 192_000, 8_001, 48_001})
    void shouldBeAsLateAsItStates(int rateHz) {
        Resampler resampler = Resampler.create(rateHz);
        int made = resampler.process(new float[rateHz], 0, rateHz, new float[resampler.maxOutput(rateHz)], 0);
        assertEquals(resampler.delaySamples(), 48_000 - made, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {44_100, 8_000, 44_101})
    void shouldAllocateNothing(int rateHz) {
        Resampler resampler = Resampler.create(rateHz);
        float[] x = Signals.noise(rateHz / 50, -12, 1);
        float[] y = new float[resampler.maxOutput(x.length)];
        Runnable frames = () -> {
            for (int i = 0; i < 2_000; i++) {
                resampler.process(x, 0, x.length, y, 0);
            }
        };
        frames.run();
        long bytes = Allocation.of(frames);
        assertTrue(bytes < 2_000, () -> bytes + " bytes in 2,000 frames");
    }

    @Test
    void shouldShareCoefficientsBetweenStreams() {
        assertSame(PeriodicFilter.of(44_100), PeriodicFilter.of(44_100));
        assertSame(InterpolationTable.of(8_001), InterpolationTable.of(43_999));
    }

    @Test
    void shouldRefuseARateOutsideItsRange() {
        assertEquals(
                "sample rate 7999 Hz: allowed are 8000 to 192000 Hz",
                assertThrows(IllegalArgumentException.class, () -> Resampler.create(7_999))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> Resampler.create(192_001));
    }
}
