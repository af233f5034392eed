package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqTest {
    private static final int FRAME_BYTES = 3840;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            low_db=6|bass 6 120 1s
            low_hz=400;low_db=-20|bass -20 400 1s
            b1_db=-8;b1_q=2|equalizer 300 2q -8
            b2_db=5;b2_hz=1500;b2_q=0.5|equalizer 1500 0.5q 5
            b3_db=-24;b3_q=10|equalizer 3500 10q -24
            high_db=-5|treble -5 10000 1s
            high_db=9;high_hz=5000|treble 9 5000 1s
            low_db=3;b1_db=-4;b2_db=3;b3_db=-3;high_db=4|bass 3 120 1s equalizer 300 1q -4 equalizer 1000 1q 3 \
            equalizer 3500 1q -3 treble 4 10000 1s
            """)
    void shouldGiveWhatSoxGivesOnRealVoices(String parameters, String effects) throws Exception {
        byte[] quieter = half(SoundTools.voices());
        WasmPlugin plugin = WasmPlugin.load("eq");
        assertEquals(0, plugin.configure(parameters.replace(';', '\n')));
        byte[] ours = plugin.process(quieter, FRAME_BYTES);
        assertTrue(Pcm.largestDifference(quieter, ours) > 100, "it does something");
        assertTrue(Pcm.largestDifference(SoundTools.sox(quieter, effects), ours) <= 1);
    }

    /** So that nothing is cut at full scale on the way, which sox does after each effect. */
    private static byte[] half(byte[] pcm) {
        short[] samples = Pcm.samples(pcm);
        return Pcm.stereo(samples.length / 2, i -> samples[2 * i] / 2.0, i -> samples[2 * i + 1] / 2.0);
    }

    @Test
    void shouldLeaveEverySampleAsItIsAtZeroDecibels() throws IOException {
        double[] voice = Pcm.speechLike(Pcm.RATE_HZ, 4);
        byte[] pcm = Pcm.stereo(Pcm.RATE_HZ, i -> voice[i], i -> -voice[i] / 3);
        assertArrayEquals(pcm, WasmPlugin.load("eq").process(pcm, FRAME_BYTES));
    }

    @Test
    void shouldNotClickWhenParametersChangeDuringAStream() throws IOException {
        byte[] tone = Pcm.stereo(Pcm.RATE_HZ, i -> 2000 * Math.sin(2 * Math.PI * 1000 * i / 48_000), i -> 0);
        WasmPlugin plugin = WasmPlugin.load("eq");
        plugin.process(tone, FRAME_BYTES);
        assertEquals(0, plugin.configure("b2_db=12\nb2_q=4"));
        byte[] changing = plugin.process(tone, FRAME_BYTES);
        assertEquals(2000 * Math.pow(10, 0.6), SoundTools.amplitude(plugin.process(tone, FRAME_BYTES), 0, 1000), 20);
        int loud = SoundTools.sharpest(plugin.process(tone, FRAME_BYTES));
        assertTrue(SoundTools.sharpest(changing) <= 1.02 * loud, SoundTools.sharpest(changing) + " against " + loud);
    }

    @Test
    void shouldEndInExactSilenceAndForgetOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("eq");
        assertEquals(0, plugin.configure("low_db=12\nb1_db=20\nb1_q=20\nhigh_db=6"));
        double[] voice = Pcm.speechLike(Pcm.RATE_HZ, 4);
        byte[] pcm = Pcm.stereo(Pcm.RATE_HZ, i -> voice[i], i -> voice[i]);
        byte[] first = plugin.process(pcm, FRAME_BYTES);
        short[] after = Pcm.samples(plugin.process(new byte[pcm.length], FRAME_BYTES));
        assertEquals(0, Pcm.rms(after, after.length / 2, after.length));
        plugin.process(pcm, FRAME_BYTES);
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(pcm, FRAME_BYTES));
    }

    @ParameterizedTest
    @CsvSource({"b1_hz=19", "b1_db=25", "b4_db=1", "high_q=1", "b3_q=0", "low_hz=20001"})
    void shouldRefuseWhatIsNoParameterOrOutOfRange(String line) throws IOException {
        assertEquals(-1, WasmPlugin.load("eq").configure(line));
    }
}
