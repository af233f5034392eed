package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {
    private static final int FRAME_BYTES = 3840;
    private static final double LOUD = amplitude(-20);
    private static final double SOFT = amplitude(-60);

    private static double amplitude(double dbfs) {
        return 32_768 * Math.pow(10, dbfs / 20);
    }

    private static byte[] steady(int millis, IntToDoubleFunction amplitudeAtMillis) {
        return Pcm.stereo(48 * millis, i -> (i % 2 == 0 ? 1 : -1) * amplitudeAtMillis.applyAsDouble(i / 48), i -> 0);
    }

    @Test
    void shouldCloseAfterHoldWithinReleaseAndOpenWithinAttack() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gate");
        assertEquals(0, plugin.configure("threshold=-40\nrange=40\nattack=4\nhold=100\nrelease=200"));
        byte[] pcm = steady(1200, ms -> ms < 300 || ms >= 900 ? LOUD : SOFT);
        short[] in = Pcm.channel(pcm, 0);
        short[] out = Pcm.channel(plugin.process(pcm, FRAME_BYTES), 0);
        for (int i = 0; i < 48 * 399; i++) {
            assertEquals(in[i], out[i], "open at sample " + i);
        }
        // 20 dB of 40 after half of the release, 40 after all of it; 33 steps of 16 bits are left of, then 0.33.
        assertEquals(-20, 20 * Math.log10(Math.abs(out[48 * 500]) / SOFT), 1.5);
        assertEquals(0, Pcm.rms(out, 48 * 610, 48 * 900));
        assertEquals(-20, 20 * Math.log10(Math.abs(out[48 * 902]) / LOUD), 4);
        for (int i = 48 * 905; i < in.length; i++) {
            assertEquals(in[i], out[i], "open again at sample " + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"-41, 0", "-45.9, 0", "-46.1, -20"})
    void shouldCloseOnlyBelowTheThresholdLessTheHysteresis(double thenDbfs, double gainDb) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gate");
        assertEquals(0, plugin.configure("threshold=-40\nhysteresis=6\nrange=20"));
        double then = amplitude(thenDbfs);
        short[] out = Pcm.channel(plugin.process(steady(1000, ms -> ms < 200 ? LOUD : then), FRAME_BYTES), 0);
        assertEquals(gainDb, 20 * Math.log10(Math.abs(out[out.length - 1]) / then), 0.15);
    }

    @Test
    void shouldQuietenThePausesBetweenRealWordsAndLeaveTheWordsAsTheyAre() throws IOException {
        short[] voices = Pcm.channel(SoundTools.voices(), 0);
        Random random = new Random(3);
        double[] noise = random.doubles(voices.length, -30, 30).toArray();
        byte[] noisy = Pcm.stereo(voices.length, i -> voices[i] + noise[i], i -> voices[i] + noise[i]);
        WasmPlugin plugin = WasmPlugin.load("gate");
        assertEquals(0, plugin.configure("range=24"));
        byte[] out = plugin.process(noisy, FRAME_BYTES);
        double[] voice = SoundTools.levelsDb(Pcm.stereo(voices.length, i -> voices[i], i -> 0));
        double[] before = SoundTools.levelsDb(noisy);
        double[] after = SoundTools.levelsDb(out);
        int quiet = 0;
        for (int i = 30; i < after.length; i++) {
            // 400 ms without voice: hold and release are over.
            boolean pause = Arrays.stream(voice, i - 20, i + 1).allMatch(level -> level < 0);
            if (pause) {
                quiet++;
                assertEquals(-24, after[i] - before[i], 2, "block " + i);
            }
            if (voice[i] > 50 && voice[i - 1] > 50) {
                assertEquals(before[i], after[i], 1e-9, "a word in block " + i);
            }
        }
        assertTrue(quiet > 20, quiet + " blocks of pause");
    }

    @Test
    void shouldOpenForEitherChannelAndKeepSilenceSilent() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("gate");
        byte[] silence = new byte[FRAME_BYTES * 50];
        assertArrayEquals(silence, plugin.process(silence, FRAME_BYTES));
        byte[] right = Pcm.stereo(9600, i -> i % 2 == 0 ? 30 : -30, i -> i % 2 == 0 ? 9000 : -9000);
        byte[] out = plugin.process(right, FRAME_BYTES);
        assertArrayEquals(
                Arrays.copyOfRange(right, FRAME_BYTES, right.length),
                Arrays.copyOfRange(out, FRAME_BYTES, out.length),
                "open after the attack, in both channels");
        plugin.call("reset");
        assertArrayEquals(right, plugin.process(right, FRAME_BYTES), "starts open");
    }

    @ParameterizedTest
    @CsvSource({"threshold=1", "range=-1", "attack=0", "hold=-1", "release=0", "knee=1"})
    void shouldRefuseWhatIsNoParameterOrOutOfRange(String line) throws IOException {
        assertEquals(-1, WasmPlugin.load("gate").configure(line));
    }
}
