package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class QuantiserTest {
    private static final int RATE_HZ = 48_000;

    private static byte[] quantise(float[] x, boolean dithered) {
        byte[] target = new byte[x.length * 4];
        new Quantiser(dithered, 7).quantise(x, 0, x.length, target, 0);
        return target;
    }

    @Test
    void shouldReachTheNoiseFloorOf16BitsWithTriangularDither() {
        // Rounding gives LSB²/12, triangular dither twice that more: −101.1 + 4.8 dBFS as mean square.
        float[] y = Signals.channel(quantise(Signals.sine(997, RATE_HZ, RATE_HZ, 0.5), true), 0);
        double noiseDb = 10 * Math.log10(SineFit.of(y, 0, RATE_HZ, 997, RATE_HZ).residualPower());
        assertEquals(10 * Math.log10(3.0 / 12 / 32768 / 32768), noiseDb, 0.1);
    }

    @Test
    void shouldKeepATonePastTheLastBitWhenDithered() {
        double amplitude = Math.pow(10, -100.0 / 20);
        float[] x = Signals.sine(997, RATE_HZ, 20 * RATE_HZ, amplitude);
        SineFit dithered = SineFit.of(Signals.channel(quantise(x, true), 0), 0, x.length, 997, RATE_HZ);
        assertEquals(-100, dithered.amplitudeDb(), 0.3);
        SineFit rounded = SineFit.of(Signals.channel(quantise(x, false), 0), 0, x.length, 997, RATE_HZ);
        assertEquals(0, rounded.amplitude(), 1e-9, "plain rounding loses it");
    }

    @Test
    void shouldNotDistortAQuietToneWhenDithered() {
        double amplitude = 1.5 / 32768;
        float[] x = Signals.sine(1000, RATE_HZ, 20 * RATE_HZ, amplitude);
        SineFit third = SineFit.of(Signals.channel(quantise(x, true), 0), 0, x.length, 3000, RATE_HZ);
        SineFit thirdRounded = SineFit.of(Signals.channel(quantise(x, false), 0), 0, x.length, 3000, RATE_HZ);
        assertTrue(third.amplitude() < amplitude / 100);
        assertTrue(thirdRounded.amplitude() > amplitude / 100, "plain rounding distorts it");
    }

    @Test
    void shouldKeepDigitalSilence() {
        assertArrayEquals(new byte[4_000], quantise(new float[1_000], true));
        float[] x = new float[2_000];
        x[3] = 0.5f;
        byte[] y = quantise(x, true);
        for (int i = 484 * 4; i < y.length; i++) {
            assertEquals(0, y[i], "after 10 ms of silence");
        }
        assertNotEquals(0, Arrays.hashCode(Arrays.copyOfRange(y, 16, 400)));
    }

    @Test
    void shouldCutAndCountWhatIsOverFullScale() {
        Quantiser quantiser = new Quantiser(false, 1);
        byte[] target = new byte[16];
        quantiser.quantise(new float[] {1f, -1f}, new float[] {-3e6f, 32767 / 32768f}, 0, 2, target, 0);
        assertArrayEquals(new float[] {32767 / 32768f, -1, 0, 0}, Arrays.copyOf(Signals.channel(target, 0), 4));
        assertArrayEquals(new float[] {-1, 32767 / 32768f, 0, 0}, Arrays.copyOf(Signals.channel(target, 1), 4));
        assertEquals(2, quantiser.clippedSamples());
    }

    @Test
    void shouldDitherTheSidesIndependentlyAndRepeatably() {
        float[] x = Signals.sine(997, RATE_HZ, 4_800, 0.1);
        byte[] first = new byte[x.length * 4];
        byte[] second = new byte[x.length * 4];
        new Quantiser(true, 7).quantise(x, x, 0, x.length, first, 0);
        new Quantiser(true, 7).quantise(x, x, 0, x.length, second, 0);
        assertArrayEquals(first, second);
        float[] left = Signals.channel(first, 0);
        float[] right = Signals.channel(first, 1);
        double correlation = 0;
        double power = 0;
        for (int i = 0; i < x.length; i++) {
            correlation += (left[i] - x[i]) * (right[i] - x[i]);
            power += (left[i] - x[i]) * (left[i] - x[i]);
        }
        assertEquals(0, correlation / power, 0.05);
    }
}
