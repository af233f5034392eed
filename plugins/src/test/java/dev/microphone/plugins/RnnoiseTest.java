package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RnnoiseTest {
    private static final int SAMPLES = 2 * Pcm.RATE_HZ;
    private final double[] voice = Pcm.speechLike(SAMPLES, 7);

    @BeforeEach
    void needsThePlugin() {
        assumeTrue(OfficialPlugins.names().contains("rnnoise"), "needs rnnoise, which needs apt-get at build time");
    }

    @ParameterizedTest
    @CsvSource({"240, 720", "480, 480", "960, 480", "1920, 480", "441, 957"})
    void shouldBeAsLateAsItSays(int frameSamples, int latencySamples) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        byte[] pcm = Pcm.stereo(SAMPLES, i -> voice[i], i -> voice[i]);
        byte[] out = plugin.process(pcm, frameSamples * Pcm.BYTES_PER_PAIR);
        assertEquals(latencySamples, plugin.call("latency_samples"));
        assertEquals(latencySamples, lagOfHighestCorrelation(Pcm.channel(pcm, 0), Pcm.channel(out, 0)));
    }

    private static int lagOfHighestCorrelation(short[] in, short[] out) {
        int best = -1;
        double highest = 0;
        for (int lag = 0; lag < 1500; lag++) {
            double sum = 0;
            for (int i = SAMPLES / 2; i < SAMPLES / 2 + 30_000 && i < out.length; i++) {
                sum += (double) in[i - lag] * out[i];
            }
            if (sum > highest) {
                highest = sum;
                best = lag;
            }
        }
        return best;
    }

    @Test
    void shouldGiveTheSameSamplesWhateverTheFrameLength() throws IOException {
        byte[] pcm = Pcm.stereo(SAMPLES, i -> voice[i], i -> 0.5 * voice[SAMPLES - 1 - i]);
        byte[] of10 = WasmPlugin.load("rnnoise").process(pcm, 1920);
        byte[] of20 = WasmPlugin.load("rnnoise").process(pcm, 3840);
        byte[] of5 = WasmPlugin.load("rnnoise").process(pcm, 960);
        assertArrayEquals(of10, of20);
        int shift = 240 * Pcm.BYTES_PER_PAIR;
        assertArrayEquals(
                Arrays.copyOf(of10, of10.length - shift), Arrays.copyOfRange(of5, shift, of5.length), "240 later");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 47_999, 48_000, 70_003})
    void shouldTreatEachChannelAsIfItWereAloneAlsoAfterTheyPart(int equalUntil) throws IOException {
        double[] other = Pcm.speechLike(SAMPLES, 8);
        byte[] parting = Pcm.stereo(SAMPLES, i -> voice[i], i -> i < equalUntil ? voice[i] : other[i]);
        short[] right = Pcm.channel(parting, 1);
        byte[] rightTwice = Pcm.stereo(SAMPLES, i -> right[i], i -> right[i]);
        byte[] leftTwice = Pcm.stereo(SAMPLES, i -> voice[i], i -> voice[i]);
        byte[] out = WasmPlugin.load("rnnoise").process(parting, 3840);
        assertArrayEquals(
                Pcm.channel(WasmPlugin.load("rnnoise").process(leftTwice, 3840), 0), Pcm.channel(out, 0), "left");
        assertArrayEquals(
                Pcm.channel(WasmPlugin.load("rnnoise").process(rightTwice, 3840), 0), Pcm.channel(out, 1), "right");
    }

    @Test
    void shouldForgetWhatItHeardOnReset() throws IOException {
        byte[] pcm = Pcm.stereo(SAMPLES, i -> voice[i], i -> -voice[i]);
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        byte[] first = plugin.process(pcm, 960);
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(pcm, 960));
    }

    @Test
    void shouldTakeAwayNoise() throws IOException {
        Random random = new Random(5);
        int samples = 6 * Pcm.RATE_HZ;
        byte[] noise = Pcm.stereo(samples, i -> 1000 * random.nextGaussian(), i -> 0);
        short[] left = Pcm.channel(WasmPlugin.load("rnnoise").process(noise, 3840), 0);
        double beforeDb = 20 * Math.log10(Pcm.rms(Pcm.channel(noise, 0), samples - Pcm.RATE_HZ, samples));
        double afterDb = 20 * Math.log10(Pcm.rms(left, samples - Pcm.RATE_HZ, samples));
        assertTrue(beforeDb - afterDb > 20, "only " + (beforeDb - afterDb) + " dB less");
    }

    @Test
    void shouldStayWithinItsMemoryOverManyFramesAndKeepSilenceSilent() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        byte[] extremes = Pcm.stereo(SAMPLES, i -> i / 100 % 2 == 0 ? 32767 : -32768, i -> i % 2 == 0 ? -32768 : 32767);
        for (int i = 0; i < 3; i++) {
            plugin.process(extremes, 3840);
        }
        byte[] silence = new byte[SAMPLES * Pcm.BYTES_PER_PAIR];
        short[] out = Pcm.samples(plugin.process(silence, 3840));
        assertEquals(0, Pcm.rms(out, out.length / 2, out.length));
    }

    /** The stack lies lowest, and its size leaves a kilobyte of what was measured; seven pages are all. */
    @Test
    void shouldLeaveTheEndOfItsStackUntouchedInSevenPages() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        byte[] parting = Pcm.stereo(SAMPLES, i -> voice[i], i -> i < 20_000 ? voice[i] : voice[SAMPLES - 1 - i]);
        plugin.process(parting, 3840);
        plugin.call("reset");
        plugin.process(parting, 960);
        assertEquals(7 * 65_536, plugin.memoryBytes());
        assertArrayEquals(new byte[1024], plugin.memory(0, 1024));
    }

    @Test
    void shouldGoOnWhenTheFrameLengthChanges() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        byte[] pcm = Pcm.stereo(SAMPLES, i -> voice[i], i -> voice[i]);
        for (int frameSamples : new int[] {480, 240, 441, 7, 960, 1, 240}) {
            plugin.process(Arrays.copyOf(pcm, 960 * 30 * Pcm.BYTES_PER_PAIR), frameSamples * Pcm.BYTES_PER_PAIR);
        }
        assertEquals(480 + 479, plugin.call("latency_samples"));
        byte[] out = plugin.process(pcm, 960);
        assertEquals(959, lagOfHighestCorrelation(Pcm.channel(pcm, 0), Pcm.channel(out, 0)));
    }

    @Test
    void shouldRefuseParameters() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("rnnoise");
        assertEquals(0, plugin.configure(""));
        assertEquals(-1, plugin.configure("strength=3"));
    }
}
