package dev.microphone.standalone.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FftTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 8, 64, 512})
    void shouldEqualTheSumThatDefinesTheTransform(int size) {
        Random random = new Random(size);
        double[] real = random.doubles(size, -1, 1).toArray();
        double[] imaginary = random.doubles(size, -1, 1).toArray();
        double[] spectrumReal = real.clone();
        double[] spectrumImaginary = imaginary.clone();

        new Fft(size).transform(spectrumReal, spectrumImaginary);

        for (int k = 0; k < size; k++) {
            double expectedReal = 0;
            double expectedImaginary = 0;
            for (int n = 0; n < size; n++) {
                double angle = -2 * Math.PI * k * n / size;
                expectedReal += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle);
                expectedImaginary += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle);
            }
            assertEquals(expectedReal, spectrumReal[k], 1e-9);
            assertEquals(expectedImaginary, spectrumImaginary[k], 1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12, -8})
    void shouldRefuseASizeThatIsNoPowerOfTwo(int size) {
        assertThrows(IllegalArgumentException.class, () -> new Fft(size));
    }

    @Test
    void shouldShowAFullScaleSineAtZeroDecibel() {
        float[] sine = new float[48_000];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = (float) Math.sin(2 * Math.PI * 3_000 * i / 48_000);
        }

        Spectrogram spectrogram = Spectrogram.of(sine, 48_000);

        assertEquals(0, spectrogram.levelDb(0.5, 3_000), 0.01);
        assertEquals(-100, Math.max(-100, spectrogram.levelDb(0.5, 9_000)), 1e-3);
    }
}
