package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleDecoderTest {
    @ParameterizedTest
    @CsvSource({"U8, u8, 0", "S16, s16, 0", "S24, s24, 0", "S32, s32, 6e-8", "F32, f32, 0", "F64, f64, 6e-8"})
    void shouldReadWhatSoxWrites(SampleEncoding encoding, String soxType, float tolerance, @TempDir Path folder)
            throws Exception {
        ExternalTool sox = ExternalTool.require("sox", "sox", folder);
        byte[] source = Signals.s16(Signals.sine(440, 48_000, 4_800, 0.9), Signals.noise(4_800, -20, 1));
        byte[] theirs = sox.run(
                        source, "-D", "-t", "s16", "-r", "48000", "-c", "2", "-", "-t", soxType, "-", "vol", "0.77")
                .output();
        float[] expected =
                Signals.floats(sox.run(theirs, "-D", "-t", soxType, "-r", "48000", "-c", "2", "-", "-t", "f32", "-")
                        .output());
        SampleDecoder decoder = new SampleDecoder(new PcmFormat(48_000, 2, encoding));
        float[] left = new float[4_800];
        float[] right = new float[4_800];
        decoder.decode(theirs, 0, 0, left, 4_800);
        decoder.decode(theirs, 0, 1, right, 4_800);
        float[] actual = new float[9_600];
        for (int i = 0; i < 4_800; i++) {
            actual[2 * i] = left[i];
            actual[2 * i + 1] = right[i];
        }
        if (tolerance == 0) {
            assertArrayEquals(expected, actual);
        } else {
            assertArrayEquals(expected, actual, tolerance);
        }
    }

    @Test
    void shouldReplaceAndCountWhatIsNoNumber() {
        float[] sent = {
            Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f, -17f, 1e-40f, 1.5f, -16f, -0.25f
        };
        ByteBuffer floats = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer doubles = ByteBuffer.allocate(72).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : sent) {
            floats.putFloat(sample);
            doubles.putDouble(sample);
        }
        float[] expected = {0, 0, 0, 16, -16, 0, 1.5f, -16, -0.25f};
        assertDecodes(expected, floats.array(), SampleEncoding.F32);
        assertDecodes(expected, doubles.array(), SampleEncoding.F64);
    }

    private static void assertDecodes(float[] expected, byte[] pcm, SampleEncoding encoding) {
        SampleDecoder decoder = new SampleDecoder(new PcmFormat(48_000, 1, encoding));
        float[] actual = new float[expected.length];
        decoder.decode(pcm, 0, 0, actual, actual.length);
        assertArrayEquals(expected, actual);
        assertEquals(5, decoder.invalidSamples());
    }
}
