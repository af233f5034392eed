package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HighpassTest {
    private static final int FRAME_BYTES = 3840;
    private static final int SETTLE = Pcm.RATE_HZ;
    private static final int MEASURE = Pcm.RATE_HZ;
    private static final double AMPLITUDE = 20_000;

    @ParameterizedTest
    @CsvSource({
        "80, 20", "80, 40", "80, 80", "80, 160", "80, 1000", "80, 20000",
        "300, 30", "300, 300", "300, 3000", "5000, 500", "5000, 5000", "5000, 15000"
    })
    void shouldHaveTheResponseOfAnAnalogueButterworthAtTheWarpedFrequency(int cornerHz, int toneHz) throws IOException {
        WasmPlugin plugin = WasmPlugin.load("highpass");
        assertEquals(0, plugin.configure("hz=" + cornerHz));
        double omega = 2 * Math.PI * toneHz / Pcm.RATE_HZ;
        byte[] tone = Pcm.stereo(
                SETTLE + MEASURE, i -> AMPLITUDE * Math.sin(omega * i), i -> AMPLITUDE / 2 * Math.sin(omega * i));
        byte[] out = plugin.process(tone, FRAME_BYTES);
        // |H|^2 = 1 / (1 + (wc/w)^4), with both frequencies as the bilinear transform bends them.
        double warped = Math.tan(Math.PI * cornerHz / Pcm.RATE_HZ) / Math.tan(Math.PI * toneHz / Pcm.RATE_HZ);
        double expectedDb = -10 * Math.log10(1 + Math.pow(warped, 4));
        assertEquals(expectedDb, amplitudeDb(Pcm.channel(out, 0), omega, AMPLITUDE), 0.02);
        assertEquals(expectedDb, amplitudeDb(Pcm.channel(out, 1), omega, AMPLITUDE / 2), 0.04);
    }

    /** Correlation with the tone over whole seconds, so whole periods. */
    private static double amplitudeDb(short[] samples, double omega, double reference) {
        double sine = 0;
        double cosine = 0;
        for (int i = SETTLE; i < SETTLE + MEASURE; i++) {
            sine += samples[i] * Math.sin(omega * i);
            cosine += samples[i] * Math.cos(omega * i);
        }
        return 20 * Math.log10(Math.hypot(sine, cosine) * 2 / MEASURE / reference);
    }

    @Test
    void shouldHaveItsCornerAtEightyHertzUnlessTold() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("highpass");
        WasmPlugin told = WasmPlugin.load("highpass");
        assertEquals(0, told.configure("hz=80"));
        double[] voice = Pcm.speechLike(9600, 3);
        byte[] pcm = Pcm.stereo(9600, i -> voice[i], i -> voice[i]);
        assertEquals(0, Pcm.largestDifference(plugin.process(pcm, FRAME_BYTES), told.process(pcm, FRAME_BYTES)));
    }

    @Test
    void shouldTakeAwayDirectCurrentAndEndInExactSilence() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("highpass");
        byte[] offset = Pcm.stereo(2 * Pcm.RATE_HZ, i -> 8000, i -> i < Pcm.RATE_HZ ? -3000 : 0);
        short[] out = Pcm.samples(plugin.process(offset, FRAME_BYTES));
        for (int i = out.length / 2; i < out.length; i += 2) {
            assertEquals(0, out[i]);
        }
        assertEquals(0, out[out.length - 1]);
    }

    @Test
    void shouldForgetWhatItHeardOnReset() throws IOException {
        WasmPlugin plugin = WasmPlugin.load("highpass");
        byte[] loud = Pcm.stereo(960, i -> 20_000, i -> 20_000);
        byte[] first = plugin.process(loud, FRAME_BYTES);
        assertTrue(Pcm.largestDifference(first, plugin.process(loud, FRAME_BYTES)) > 1000);
        plugin.call("reset");
        assertEquals(0, Pcm.largestDifference(first, plugin.process(loud, FRAME_BYTES)));
    }

    @ParameterizedTest
    @CsvSource({"hz=9", "hz=20001", "db=3", "hz=nan", "hz=-80"})
    void shouldRefuseACornerOutsideTheAudibleRange(String parameters) throws IOException {
        assertEquals(-1, WasmPlugin.load("highpass").configure(parameters));
    }
}
