package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenoiseTest {
    private static final int FRAME_BYTES = 3840;
    private static final int LATENCY_SAMPLES = 720;

    private static byte[] dualMono(double[] samples) {
        return Pcm.stereo(samples.length, i -> samples[i], i -> samples[i]);
    }

    private static double[] white(int samples, double rms) {
        Random random = new Random(11);
        double[] noise = new double[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = rms * random.nextGaussian();
        }
        return noise;
    }

    private static double energy(double[] samples) {
        return Arrays.stream(samples).map(x -> x * x).sum();
    }

    /** The left channel of what the plugin makes of it, moved back by the delay; as long as the input less that. */
    private static double[] denoised(WasmPlugin plugin, byte[] pcm) {
        short[] out = Pcm.channel(plugin.process(pcm, FRAME_BYTES), 0);
        double[] samples = new double[out.length - LATENCY_SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = out[i + LATENCY_SAMPLES];
        }
        return samples;
    }

    /** Le Roux et al., "SDR - half-baked or well done?", ICASSP 2019; the means of sound are 0. */
    private static double siSdrDb(double[] reference, double[] estimate) {
        double cross = 0;
        for (int i = 0; i < reference.length; i++) {
            cross += reference[i] * estimate[i];
        }
        double scale = cross / energy(reference);
        double rest = 0;
        for (int i = 0; i < reference.length; i++) {
            rest += (estimate[i] - scale * reference[i]) * (estimate[i] - scale * reference[i]);
        }
        return 10 * Math.log10(scale * scale * energy(reference) / rest);
    }

    @Test
    void shouldTakeWhiteNoiseFromRealVoicesAndLeaveTheVoices() throws IOException {
        short[] recorded = Pcm.channel(SoundTools.voices(), 0);
        double[] voice = new double[recorded.length];
        for (int i = 0; i < voice.length; i++) {
            voice[i] = 0.4 * recorded[i];
        }
        double[] noise = white(voice.length, Math.sqrt(energy(voice) / voice.length / Math.pow(10, 0.5)));
        double[] noisy = new double[voice.length];
        Arrays.setAll(noisy, i -> voice[i] + noise[i]);
        double[] out = denoised(WasmPlugin.load("denoise"), dualMono(noisy));
        double before = 0;
        double after = 0;
        for (int start = 0; start + 960 <= out.length; start += 960) {
            boolean pause = true;
            for (int i = start; i < start + 960; i++) {
                pause &= Math.abs(voice[i]) < 20;
            }
            for (int i = start; pause && i < start + 960; i++) {
                before += noisy[i] * noisy[i];
                after += out[i] * out[i];
            }
        }
        double[] reference = Arrays.copyOf(voice, out.length);
        double siSdrBefore = siSdrDb(reference, Arrays.copyOf(noisy, out.length));
        double siSdrAfter = siSdrDb(reference, out);
        assertEquals(5, siSdrBefore, 0.1);
        assertTrue(siSdrAfter > siSdrBefore + 11, siSdrBefore + " dB before, " + siSdrAfter + " after");
        double goneDb = 10 * Math.log10(before / after);
        assertTrue(goneDb > 18, goneDb + " dB of noise gone in all pauses, the first included");
    }

    /**
     * Musical noise is bins that flare up one by one: it raises the kurtosis of the powers (Y. Uemura et al., "Automatic
     * optimization scheme of spectral subtraction based on musical noise assessment via higher-order statistics", IWAENC
     * 2008) and lowers the spectral flatness.
     */
    @Test
    void shouldLeaveANoiseAsEvenAsItWas() throws IOException {
        double[] noise = white(6 * Pcm.RATE_HZ, 1000);
        double[] out = denoised(WasmPlugin.load("denoise"), dualMono(noise));
        Spread before = Spread.of(noise, 2 * Pcm.RATE_HZ, out.length);
        Spread after = Spread.of(out, 2 * Pcm.RATE_HZ, out.length);
        assertTrue(10 * Math.log10(before.meanPower() / after.meanPower()) > 19, "quieter");
        assertTrue(after.kurtosis() < 1.2 * before.kurtosis(), before + " " + after);
        assertTrue(after.flatness() > before.flatness(), before + " " + after);
    }

    /** Of the powers in bins between 1 and 8 kHz, one in eight. */
    private record Spread(double meanPower, double kurtosis, double flatness) {
        static Spread of(double[] samples, int from, int to) {
            double sum = 0;
            double squares = 0;
            double logarithms = 0;
            int count = 0;
            for (int start = from; start + 960 <= to; start += 960) {
                for (int k = 20; k < 160; k += 8) {
                    double power = power(samples, start, k);
                    sum += power;
                    squares += power * power;
                    logarithms += Math.log(power);
                    count++;
                }
            }
            double mean = sum / count;
            return new Spread(mean, squares / count / (mean * mean), Math.exp(logarithms / count) / mean);
        }

        private static double power(double[] samples, int start, int bin) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < 960; i++) {
                double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / 960);
                re += window * samples[start + i] * Math.cos(2 * Math.PI * bin * i / 960);
                im += window * samples[start + i] * Math.sin(2 * Math.PI * bin * i / 960);
            }
            return re * re + im * im;
        }
    }

    @Test
    void shouldFindANoiseThatHasGrownWithinThreeSeconds() throws IOException {
        double[] noise = white(9 * Pcm.RATE_HZ, 100);
        for (int i = 4 * Pcm.RATE_HZ; i < noise.length; i++) {
            noise[i] *= 3;
        }
        double[] out = denoised(WasmPlugin.load("denoise"), dualMono(noise));
        double before = energy(Arrays.copyOfRange(noise, 7 * Pcm.RATE_HZ, out.length));
        double after = energy(Arrays.copyOfRange(out, 7 * Pcm.RATE_HZ, out.length));
        assertTrue(10 * Math.log10(before / after) > 19);
    }

    @ParameterizedTest
    @ValueSource(ints = {240, 480, 960, 1920})
    void shouldOnlyDelayWhenToldToTakeNothingAway(int frameSamples) throws IOException {
        double[] voice = Pcm.speechLike(Pcm.RATE_HZ, 9);
        byte[] pcm = Pcm.stereo(voice.length, i -> voice[i], i -> -0.3 * voice[i]);
        WasmPlugin plugin = WasmPlugin.load("denoise");
        assertEquals(0, plugin.configure("range=0"));
        byte[] out = plugin.process(pcm, frameSamples * Pcm.BYTES_PER_PAIR);
        assertEquals(LATENCY_SAMPLES, plugin.call("latency_samples"));
        int delay = LATENCY_SAMPLES * Pcm.BYTES_PER_PAIR;
        assertTrue(Pcm.largestDifference(
                        Arrays.copyOf(pcm, out.length - delay), Arrays.copyOfRange(out, delay, out.length))
                <= 1);
    }

    @Test
    void shouldGiveTheSameSamplesWhateverTheFrameLength() throws IOException {
        byte[] pcm = dualMono(Pcm.speechLike(Pcm.RATE_HZ, 9));
        byte[] of20 = WasmPlugin.load("denoise").process(pcm, 3840);
        assertArrayEquals(of20, WasmPlugin.load("denoise").process(pcm, 1920));
        assertArrayEquals(of20, WasmPlugin.load("denoise").process(pcm, 960));
    }

    @Test
    void shouldLeaveVoicesWhereTheyStandBetweenTheChannels() throws IOException {
        double[] voice = Pcm.speechLike(Pcm.RATE_HZ, 9);
        byte[] equal = WasmPlugin.load("denoise").process(dualMono(voice), FRAME_BYTES);
        assertArrayEquals(Pcm.channel(equal, 0), Pcm.channel(equal, 1));
        byte[] opposite = Pcm.stereo(voice.length, i -> voice[i], i -> -Math.rint(voice[i]));
        byte[] out = WasmPlugin.load("denoise").process(opposite, FRAME_BYTES);
        assertArrayEquals(Pcm.channel(equal, 0), Pcm.channel(out, 0), "two transforms or one");
        byte[] half = WasmPlugin.load("denoise")
                .process(Pcm.stereo(voice.length, i -> voice[i], i -> voice[i] / 2), FRAME_BYTES);
        short[] left = Pcm.channel(half, 0);
        short[] right = Pcm.channel(half, 1);
        for (int i = 0; i < left.length; i++) {
            assertEquals(left[i] / 2.0, right[i], 2, "sample " + i);
        }
    }

    @Test
    void shouldKeepSilenceSilentAndForgetOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("denoise");
        byte[] pcm = dualMono(Pcm.speechLike(Pcm.RATE_HZ, 9));
        byte[] first = plugin.process(pcm, FRAME_BYTES);
        short[] silence = Pcm.samples(plugin.process(new byte[20 * FRAME_BYTES], FRAME_BYTES));
        // A window that holds the last of the voice ends 720 samples after it, and comes out 720 later.
        assertEquals(0, Pcm.rms(silence, 4 * LATENCY_SAMPLES, silence.length));
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(pcm, FRAME_BYTES));
    }

    @Test
    void shouldRefuseARangeBeyondReason() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("denoise");
        assertEquals(-1, plugin.configure("range=41"));
        assertEquals(-1, plugin.configure("range=-1"));
        assertEquals(-1, plugin.configure("strength=3"));
    }
}
