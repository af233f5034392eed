package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BssTest {
    private static final int LATENCY_SAMPLES = 4096;
    private static final int SAMPLES = Pcm.RATE_HZ;
    private final double[] voice = Pcm.speechLike(SAMPLES, 7);
    private final double[] other = Pcm.speechLike(SAMPLES, 8);

    /** Both voices at both microphones, the second later and weaker at the left one. */
    private byte[] mixture() {
        return Pcm.stereo(
                SAMPLES,
                i -> 0.5 * voice[i] + 0.3 * other[Math.max(0, i - 7)],
                i -> 0.4 * voice[Math.max(0, i - 9)] + 0.5 * other[i]);
    }

    @ParameterizedTest
    @ValueSource(ints = {240, 480, 960, 441})
    void shouldOnlyDelayEqualChannels(int frameSamples) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("bss");
        byte[] pcm = Pcm.stereo(SAMPLES, i -> voice[i], i -> voice[i]);
        byte[] out = plugin.process(pcm, frameSamples * Pcm.BYTES_PER_PAIR);
        assertEquals(LATENCY_SAMPLES, plugin.call("latency_samples"));
        assertDelayed(pcm, out, 0);
    }

    private static void assertDelayed(byte[] in, byte[] out, int fromSample) {
        int shift = LATENCY_SAMPLES * Pcm.BYTES_PER_PAIR;
        int from = fromSample * Pcm.BYTES_PER_PAIR;
        assertArrayEquals(
                Arrays.copyOfRange(in, from, out.length - shift), Arrays.copyOfRange(out, from + shift, out.length));
    }

    @Test
    void shouldGiveTheSameSamplesWhateverTheFrameLength() throws IOException {
        byte[] pcm = mixture();
        byte[] of20 = WasmPlugin.load("bss").process(pcm, 3840);
        assertArrayEquals(of20, WasmPlugin.load("bss").process(pcm, 960));
        assertArrayEquals(of20, WasmPlugin.load("bss").process(pcm, 1920));
    }

    @Test
    void shouldShareTheFirstMicrophoneOutBetweenTheTalkers() throws IOException {
        byte[] pcm = mixture();
        byte[] out = WasmPlugin.load("bss").process(pcm, 3840);
        short[] microphone = Pcm.channel(pcm, 0);
        short[] first = Pcm.channel(out, 0);
        short[] second = Pcm.channel(out, 1);
        for (int i = LATENCY_SAMPLES; i < first.length; i++) {
            assertEquals(microphone[i - LATENCY_SAMPLES], first[i] + second[i], 3, "sample " + i);
        }
    }

    @Test
    void shouldPutTheChosenTalkerOnBothChannels() throws IOException {
        byte[] pcm = mixture();
        byte[] both = WasmPlugin.load("bss").process(pcm, 3840);
        for (int talker = 0; talker < 2; talker++) {
            WasmPlugin plugin = WasmPlugin.load("bss");
            assertEquals(0, plugin.configure(talker == 0 ? "output=first" : " output = second \n"));
            byte[] chosen = plugin.process(pcm, 3840);
            assertArrayEquals(Pcm.channel(both, talker), Pcm.channel(chosen, 0));
            assertArrayEquals(Pcm.channel(both, talker), Pcm.channel(chosen, 1));
        }
    }

    @Test
    void shouldPutTheLouderTalkerOnBothChannelsWhenAskedForTheDominantOne() throws IOException {
        byte[] pcm = mixture();
        byte[] both = WasmPlugin.load("bss").process(pcm, 3840);
        short[] left = Pcm.channel(both, 0);
        short[] right = Pcm.channel(both, 1);
        WasmPlugin plugin = WasmPlugin.load("bss");
        assertEquals(0, plugin.configure("output=dominant"));
        byte[] out = plugin.process(pcm, 3840);
        short[] chosen = Pcm.channel(out, 0);
        assertArrayEquals(chosen, Pcm.channel(out, 1));
        int ofOneTalker = 0;
        for (int i = 0; i < chosen.length; i++) {
            ofOneTalker += chosen[i] == left[i] || chosen[i] == right[i] ? 1 : 0;
        }
        assertTrue(ofOneTalker > 0.8 * chosen.length, ofOneTalker + " samples are one talker's");
        double louder = Math.max(Pcm.rms(left, 0, left.length), Pcm.rms(right, 0, right.length));
        assertTrue(Pcm.rms(chosen, 0, chosen.length) > 0.7 * louder);
    }

    @Test
    void shouldGoOnWithoutAGapWhenTheChannelsBecomeEqual() throws IOException {
        byte[] pcm = Pcm.stereo(
                SAMPLES,
                i -> 0.5 * voice[i] + 0.3 * other[Math.max(0, i - 7)],
                i -> i < SAMPLES / 2 ? 0.5 * other[i] : 0.5 * voice[i] + 0.3 * other[Math.max(0, i - 7)]);
        byte[] out = WasmPlugin.load("bss").process(pcm, 3840);
        assertDelayed(pcm, out, SAMPLES / 2 + 2 * LATENCY_SAMPLES);
    }

    @Test
    void shouldForgetWhatItHeardOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("bss");
        byte[] pcm = mixture();
        byte[] first = plugin.process(pcm, 960);
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(pcm, 960));
    }

    @Test
    void shouldKeepSilenceSilentAfterExtremes() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("bss");
        byte[] extremes = Pcm.stereo(SAMPLES, i -> i / 100 % 2 == 0 ? 32767 : -32768, i -> i % 2 == 0 ? -32768 : 32767);
        plugin.process(extremes, 3840);
        byte[] silence = new byte[SAMPLES * Pcm.BYTES_PER_PAIR];
        short[] out = Pcm.samples(plugin.process(silence, 3840));
        assertEquals(0, Pcm.rms(out, 2 * 2 * LATENCY_SAMPLES, out.length));
        assertTrue(
                Pcm.rms(Pcm.samples(plugin.process(mixture(), 3840)), SAMPLES, 2 * SAMPLES) > 100, "and hears again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"output=left", "output", "output=", "target=first", "output=both2", "out=both"})
    void shouldRefuseWhatIsNoOutput(String line) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("bss");
        assertEquals(-1, plugin.configure(line));
        assertEquals(-3, plugin.configure("output=first\n\n" + line), "names the line");
    }
}
