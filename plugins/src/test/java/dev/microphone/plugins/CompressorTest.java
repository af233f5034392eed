package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressorTest {
    private static final int FRAME_BYTES = 3840;

    /** Its peak is the same in every sample, so levels are exact. */
    private static byte[] steady(int samples, double left, double right) {
        return Pcm.stereo(samples, i -> i % 2 == 0 ? left : -left, i -> i % 2 == 0 ? right : -right);
    }

    private static double amplitude(double dbfs) {
        return Math.rint(32_768 * Math.pow(10, dbfs / 20));
    }

    private static double lastDbfs(byte[] pcm, int channel) {
        short[] samples = Pcm.channel(pcm, channel);
        return 20 * Math.log10(Math.abs(samples[samples.length - 1]) / 32_768.0);
    }

    @ParameterizedTest
    @CsvSource({
        "-20, 3, 0, -40, -40",
        "-20, 3, 0, -20, -20",
        "-20, 3, 0, -8, -16",
        "-20, 3, 0, -2, -14",
        "-30, 20, 0, 0, -28.5",
        "-20, 1, 0, -5, -5",
        // Within the knee of 12 dB: (1/4 - 1) * (over + 6)^2 / 24 dB.
        "-24, 4, 12, -30, -30",
        "-24, 4, 12, -27, -27.28125",
        "-24, 4, 12, -24, -25.125",
        "-24, 4, 12, -18, -22.5"
    })
    void shouldHaveTheStaticCurveOfThePaper(
            double thresholdDb, double ratio, double kneeDb, double inDbfs, double outDbfs) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("compressor");
        assertEquals(0, plugin.configure("threshold=" + thresholdDb + "\nratio=" + ratio + "\nknee=" + kneeDb));
        byte[] out = plugin.process(steady(Pcm.RATE_HZ, amplitude(inDbfs) - 1, 0), FRAME_BYTES);
        assertEquals(outDbfs, lastDbfs(out, 0), 0.02);
    }

    @ParameterizedTest
    @CsvSource({"5, 100", "20, 300"})
    void shouldTurnDownAndUpWithinAttackAndRelease(int attackMs, int releaseMs) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("compressor");
        assertEquals(
                0, plugin.configure("threshold=-30\nratio=2\nknee=0\nattack=" + attackMs + "\nrelease=" + releaseMs));
        double loud = amplitude(-10);
        double soft = amplitude(-32);
        short[] out = Pcm.channel(
                plugin.process(
                        Pcm.stereo(2 * Pcm.RATE_HZ, i -> (i % 2 == 0 ? 1 : -1) * (i < 48_000 ? loud : soft), i -> 0),
                        FRAME_BYTES),
                0);
        double afterAttackDb = 20 * Math.log10(Math.abs(out[48 * attackMs]) / loud);
        assertEquals(-10 * (1 - Math.exp(-1)), afterAttackDb, 0.5, "63 % of 10 dB");
        double afterReleaseDb = 20 * Math.log10(Math.abs(out[48_000 + 48 * releaseMs]) / soft);
        assertEquals(-10 * Math.exp(-1), afterReleaseDb, 0.2, "63 % of the way back");
    }

    /** Sox smooths the level and not the gain, so single moments differ, by less than they differ from no compressor. */
    @Test
    void shouldTurnRealVoicesDownAsSoxDoes() throws Exception {
        byte[] voices = SoundTools.voices();
        WasmPlugin plugin = WasmPlugin.load("compressor");
        assertEquals(0, plugin.configure("threshold=-30\nratio=3\nknee=6"));
        double[] before = SoundTools.levelsDb(voices);
        double[] ours = SoundTools.levelsDb(plugin.process(voices, FRAME_BYTES));
        double[] soxs = SoundTools.levelsDb(SoundTools.sox(voices, "compand 0.005,0.1 6:-60,-60,-30,-30,0,-20"));
        double sum = 0;
        double taken = 0;
        int loud = 0;
        for (int i = 0; i < before.length; i++) {
            if (before[i] > 40) {
                sum += (ours[i] - soxs[i]) * (ours[i] - soxs[i]);
                taken += before[i] - ours[i];
                loud++;
            }
        }
        assertTrue(loud > 200 && taken / loud > 6, taken / loud + " dB taken in " + loud + " blocks");
        assertEquals(0, Math.sqrt(sum / loud), 1, "RMS difference in dB");
    }

    @Test
    void shouldGiveBothChannelsTheGainOfTheLouder() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("compressor");
        assertEquals(0, plugin.configure("threshold=-40\nratio=2\nknee=0"));
        byte[] out = plugin.process(steady(Pcm.RATE_HZ, amplitude(-20), amplitude(-30)), FRAME_BYTES);
        assertEquals(-30, lastDbfs(out, 0), 0.02);
        assertEquals(-40, lastDbfs(out, 1), 0.02);
    }

    @Test
    void shouldLeaveEverySampleBelowTheThresholdAsItIs() throws IOException {
        double[] voice = Pcm.speechLike(Pcm.RATE_HZ, 4);
        byte[] pcm = Pcm.stereo(Pcm.RATE_HZ, i -> voice[i] / 20, i -> -voice[i] / 40);
        assertArrayEquals(pcm, WasmPlugin.load("compressor").process(pcm, FRAME_BYTES));
    }

    @Test
    void shouldNotClickWhenParametersChangeDuringAStream() throws IOException {
        byte[] tone = Pcm.stereo(Pcm.RATE_HZ, i -> 2000 * Math.sin(2 * Math.PI * 200 * i / 48_000), i -> 0);
        WasmPlugin plugin = WasmPlugin.load("compressor");
        plugin.process(tone, FRAME_BYTES);
        assertEquals(0, plugin.configure("makeup=12"));
        byte[] changing = plugin.process(tone, FRAME_BYTES);
        int loud = SoundTools.sharpest(plugin.process(tone, FRAME_BYTES));
        assertEquals(2000 * Math.pow(10, 0.6), SoundTools.amplitude(changing, 0, 200), 150);
        // Beside the tone's own curvature: where two straight lines of the gain meet.
        assertTrue(SoundTools.sharpest(changing) <= 1.5 * loud, SoundTools.sharpest(changing) + " against " + loud);
    }

    @Test
    void shouldKeepSilenceSilentAndForgetOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("compressor");
        assertEquals(0, plugin.configure("makeup=24"));
        byte[] silence = new byte[FRAME_BYTES * 50];
        assertArrayEquals(silence, plugin.process(silence, FRAME_BYTES));
        plugin.call("reset");
        byte[] pcm = steady(4800, 20_000, 20_000);
        byte[] first = plugin.process(pcm, FRAME_BYTES);
        plugin.call("reset");
        assertArrayEquals(first, plugin.process(pcm, FRAME_BYTES));
    }

    @ParameterizedTest
    @CsvSource({"ratio=0.5", "threshold=1", "attack=0", "release=1", "knee=-1", "makeup=25", "gain=1"})
    void shouldRefuseWhatIsNoParameterOrOutOfRange(String line) throws IOException {
        assertEquals(-1, WasmPlugin.load("compressor").configure(line));
    }
}
