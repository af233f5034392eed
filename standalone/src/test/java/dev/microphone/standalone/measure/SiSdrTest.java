package dev.microphone.standalone.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SiSdrTest {
    private static final int LENGTH = 48_000;

    private static float[] sine(int cycles, double amplitude) {
        float[] samples = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            samples[i] = (float) (amplitude * Math.sin(2 * Math.PI * cycles * i / LENGTH));
        }
        return samples;
    }

    private static float[] plus(float[] one, float[] other) {
        float[] sum = one.clone();
        for (int i = 0; i < LENGTH; i++) {
            sum[i] += other[i];
        }
        return sum;
    }

    @Test
    void shouldBeTheRatioOfTheAmplitudesWhenTheDistortionIsOrthogonal() {
        float[] voice = sine(440, 0.5);

        assertEquals(20, SiSdr.ofDb(voice, plus(voice, sine(1_000, 0.05))), 1e-3);
        assertEquals(0, SiSdr.ofDb(voice, plus(voice, sine(1_000, 0.5))), 1e-3);
        assertEquals(-6.0206, SiSdr.ofDb(voice, plus(voice, sine(1_000, 1))), 1e-3);
    }

    @Test
    void shouldNotChangeWithTheVolumeOrAnOffset() {
        float[] voice = sine(440, 0.5);
        float[] estimate = plus(voice, sine(1_000, 0.05));
        float[] louder = estimate.clone();
        for (int i = 0; i < LENGTH; i++) {
            louder[i] = -1.75f * louder[i] + 0.125f;
        }

        assertEquals(SiSdr.ofDb(voice, estimate), SiSdr.ofDb(voice, louder), 1e-3);
    }

    @Test
    void shouldBeVeryLowWhenNothingOfTheVoiceIsLeft() {
        assertTrue(SiSdr.ofDb(sine(440, 0.5), sine(1_000, 0.5)) < -100);
    }

    @Test
    void shouldRefuseSignalsOfDifferentLength() {
        var thrown = assertThrows(IllegalArgumentException.class, () -> SiSdr.ofDb(new float[3], new float[4]));

        assertEquals("reference has 3 samples, the estimate 4: must be equal and not 0", thrown.getMessage());
    }
}
