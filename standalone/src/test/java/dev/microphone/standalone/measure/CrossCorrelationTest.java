package dev.microphone.standalone.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossCorrelationTest {
    private static final int LENGTH = 9_600;

    private static float[] noise(long seed) {
        Random random = new Random(seed);
        float[] noise = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 480, 2_399, -1, -700})
    void shouldFindHowFarOneSignalLiesBehindAnother(int delay) {
        float[] first = noise(1);
        float[] second = new float[LENGTH];
        for (int i = Math.max(0, delay); i < Math.min(LENGTH, LENGTH + delay); i++) {
            second[i] = -0.5f * first[i - delay];
        }

        CrossCorrelation.Match match = CrossCorrelation.of(first, second, 2_400);

        assertEquals(delay, match.delaySamples());
        assertEquals(Math.sqrt(1 - Math.abs(delay) / (double) LENGTH), match.similarity(), 0.02);
    }

    @Test
    void shouldFindNothingInCommonBetweenTwoNoisesAndInSilence() {
        assertTrue(CrossCorrelation.of(noise(1), noise(2), 2_400).similarity() < 0.1);
        assertEquals(0, CrossCorrelation.of(noise(1), new float[LENGTH], 2_400).similarity());
    }
}
