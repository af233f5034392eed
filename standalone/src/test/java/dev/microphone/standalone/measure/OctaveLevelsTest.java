package dev.microphone.standalone.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OctaveLevelsTest {
    @Test
    void shouldFindATonesLevelInItsOctaveAndNothingElsewhere() {
        float[] tone = new float[48_000];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (float) (0.1 * Math.sin(2 * Math.PI * 1_000 * i / 48_000));
        }

        double[] levels = OctaveLevels.of(tone, 48_000);

        // A sine's RMS is 3.01 dB under its peak of −20 dBFS.
        assertEquals(-23.01, levels[OctaveLevels.CENTRES_HZ.indexOf(1_000)], 0.01);
        assertTrue(levels[OctaveLevels.CENTRES_HZ.indexOf(250)] < -90);
        assertTrue(levels[OctaveLevels.CENTRES_HZ.indexOf(8_000)] < -90);
    }
}
