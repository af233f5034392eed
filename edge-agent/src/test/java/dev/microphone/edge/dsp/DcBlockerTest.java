package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DcBlockerTest {
    private static final int RATE_HZ = 48_000;

    @Test
    void shouldRemoveALargeOffsetFromTheFirstSampleOnWithoutAThump() {
        float[] x = Signals.noise(RATE_HZ, -60, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] += 0.3f;
        }
        new DcBlocker(RATE_HZ).process(x, x.length);
        for (int i = 0; i < x.length; i++) {
            assertTrue(Math.abs(x[i]) < 0.008, "thump");
        }
        double mean = 0;
        for (int i = RATE_HZ / 2; i < RATE_HZ; i++) {
            mean += x[i] / (RATE_HZ / 2.0);
        }
        assertEquals(0, mean, 2e-5);
    }

    @Test
    void shouldBeThreeDbDownAt5HzAndLeaveVoicesAlone() {
        assertEquals(-3.01, gainDb(5), 0.1);
        assertEquals(0, gainDb(80), 0.03);
        assertEquals(0, gainDb(15_000), 0.01);
    }

    private static double gainDb(double frequencyHz) {
        float[] x = Signals.sine(frequencyHz, RATE_HZ, 4 * RATE_HZ, 0.5);
        new DcBlocker(RATE_HZ).process(x, x.length);
        return SineFit.of(x, 2 * RATE_HZ, 4 * RATE_HZ, frequencyHz, RATE_HZ).amplitudeDb() - 20 * Math.log10(0.5);
    }

    @Test
    void shouldComeToExactSilenceAfterASignalWithOffset() {
        float[] x = new float[4 * RATE_HZ];
        Arrays.fill(x, 0, RATE_HZ, 0.3f);
        new DcBlocker(RATE_HZ).process(x, x.length);
        for (int i = 3 * RATE_HZ; i < x.length; i++) {
            assertEquals(0f, x[i]);
        }
    }
}
