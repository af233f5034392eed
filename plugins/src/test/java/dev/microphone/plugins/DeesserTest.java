package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeesserTest {
    private static final int FRAME_BYTES = 3840;

    private static byte[] tone(double hz, double amplitude) {
        double omega = 2 * Math.PI * hz / Pcm.RATE_HZ;
        return Pcm.stereo(2 * Pcm.RATE_HZ, i -> amplitude * Math.sin(omega * i), i -> 0);
    }

    /** 16 kHz / 3 has its peaks on samples, and 9 samples a period: each control step sees one. */
    @ParameterizedTest
    @CsvSource({"-30, 4, 12, -22, -6", "-30, 4, 12, -10, -12", "-30, 2, 30, -10, -10", "-30, 4, 12, -31, 0"})
    void shouldTakeOffAtTheCentreWhatTheRatioSays(
            double thresholdDb, double ratio, double rangeDb, double inDbfs, double gainDb) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("deesser");
        assertEquals(
                0, plugin.configure("hz=4000\nthreshold=" + thresholdDb + "\nratio=" + ratio + "\nrange=" + rangeDb));
        double amplitude = 32_768 * Math.pow(10, inDbfs / 20);
        byte[] out = plugin.process(tone(4000, amplitude), FRAME_BYTES);
        assertEquals(gainDb, 20 * Math.log10(SoundTools.amplitude(out, Pcm.RATE_HZ, 4000) / amplitude), 0.1);
    }

    /** With its gain held by a loud hiss, it is sox's equaliser of the width that a cut of that depth has. */
    @Test
    void shouldBeAnEqualiserOfTheBandWhileItActs() throws Exception {
        int samples = 2 * Pcm.RATE_HZ;
        double[] voice = Pcm.speechLike(samples, 5);
        byte[] in =
                Pcm.stereo(samples, i -> 0.2 * voice[i], i -> 20_000 * Math.sin(2 * Math.PI * 6300 * i / Pcm.RATE_HZ));
        WasmPlugin plugin = WasmPlugin.load("deesser");
        assertEquals(0, plugin.configure("range=12\nattack=0.1"));
        byte[] ours = plugin.process(in, FRAME_BYTES);
        // 1 + (g - 1) b(z) is the cookbook's peak with Q' = Q / sqrt(g), as its alpha / A shows.
        double q = Math.pow(10, 12 / 40.0);
        byte[] soxs = SoundTools.sox(in, "equalizer 6300 " + q + "q -12");
        short[] a = Pcm.channel(ours, 0);
        short[] b = Pcm.channel(soxs, 0);
        for (int i = 4800; i < samples; i++) {
            assertEquals(b[i], a[i], 1, "sample " + i);
        }
    }

    @Test
    void shouldSoftenTheSOfRealVoicesAndNothingElse() throws IOException {
        byte[] voices = SoundTools.voices();
        WasmPlugin plugin = WasmPlugin.load("deesser");
        assertEquals(0, plugin.configure("threshold=-35"));
        byte[] out = plugin.process(voices, FRAME_BYTES);
        double loudest = 0;
        double hissBefore = 0;
        double hissAfter = 0;
        double restBefore = 0;
        double restAfter = 0;
        short[] before = Pcm.channel(voices, 0);
        short[] after = Pcm.channel(out, 0);
        for (int start = 0; start + 960 <= before.length; start += 960) {
            double hiss = energy(before, start, 4500, 9000);
            double rest = energy(before, start, 100, 2000);
            restBefore += rest;
            restAfter += energy(after, start, 100, 2000);
            if (hiss > 30 * rest) {
                loudest = Math.max(loudest, hiss);
                hissBefore += hiss;
                hissAfter += energy(after, start, 4500, 9000);
            }
        }
        assertTrue(loudest > 0, "found an s");
        double hissDb = 10 * Math.log10(hissAfter / hissBefore);
        assertTrue(hissDb < -4, "s changed by " + hissDb + " dB");
        assertEquals(0, 10 * Math.log10(restAfter / restBefore), 0.1, "below 2 kHz");
    }

    /** By bins 500 Hz apart. */
    private static double energy(short[] samples, int start, int fromHz, int toHz) {
        double sum = 0;
        for (int hz = fromHz; hz < toHz; hz += 500) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < 960; i++) {
                double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / 960);
                double angle = 2 * Math.PI * hz * i / Pcm.RATE_HZ;
                re += window * samples[start + i] * Math.cos(angle);
                im += window * samples[start + i] * Math.sin(angle);
            }
            sum += re * re + im * im;
        }
        return sum;
    }

    @Test
    void shouldLeaveEverySampleAsItIsWhileTheBandIsQuiet() throws IOException {
        byte[] hum = tone(200, 12_000);
        assertArrayEquals(hum, WasmPlugin.load("deesser").process(hum, FRAME_BYTES));
    }

    @Test
    void shouldEndInExactSilenceAndForgetOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("deesser");
        byte[] hiss = tone(6300, 9000);
        byte[] first = plugin.process(hiss, FRAME_BYTES);
        short[] after = Pcm.samples(plugin.process(new byte[FRAME_BYTES * 10], FRAME_BYTES));
        assertEquals(0, Pcm.rms(after, after.length / 2, after.length));
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(hiss, FRAME_BYTES));
    }

    @ParameterizedTest
    @CsvSource({"hz=100", "q=0", "threshold=1", "ratio=0", "range=31", "attack=0", "release=1", "db=1"})
    void shouldRefuseWhatIsNoParameterOrOutOfRange(String line) throws IOException {
        assertEquals(-1, WasmPlugin.load("deesser").configure(line));
    }
}
