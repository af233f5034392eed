package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelMatrixTest {
    private static PcmFormat format(int channels, int mask) {
        return new PcmFormat(48_000, channels, SampleEncoding.S16, mask);
    }

    /** The layouts' names are ffmpeg's; the masks are those of WAVEFORMATEXTENSIBLE. */
    @ParameterizedTest
    @CsvSource({
        "5.1(side), 6, 0x60F",
        "5.1, 6, 0x3F",
        "5.1, 6, 0",
        "5.0, 5, 0x37",
        "5.0, 5, 0",
        "quad, 4, 0x33",
        "quad, 4, 0",
        "4.0, 4, 0x107",
        "3.0, 3, 0",
        "2.1, 3, 0xB",
        "6.1, 7, 0",
        "7.1, 8, 0x63F",
        "7.1, 8, 0"
    })
    void shouldMixDownAsFfmpegDoes(String layout, int channels, String mask, @TempDir Path folder) throws Exception {
        ExternalTool ffmpeg = ExternalTool.require("ffmpeg", "ffmpeg", folder);
        float[][] sent = new float[channels][];
        for (int channel = 0; channel < channels; channel++) {
            sent[channel] = Signals.noise(4_800, -15, channel);
        }
        byte[] pcm = Signals.s16(sent);
        byte[] theirs = ffmpeg.run(
                        pcm,
                        "-hide_banner",
                        "-f",
                        "s16le",
                        "-ar",
                        "48000",
                        "-ac",
                        Integer.toString(channels),
                        "-channel_layout",
                        layout,
                        "-i",
                        "-",
                        "-ac",
                        "2",
                        "-f",
                        "s16le",
                        "-")
                .output();
        NormaliserSettings settings = NormaliserSettings.forFiles().withDither(false);
        byte[] ours = Recording.of(format(channels, Integer.decode(mask)), settings, pcm)
                .audio();
        for (int side = 0; side < 2; side++) {
            float[] expected = Signals.channel(theirs, side);
            float[] actual = Signals.channel(ours, side);
            // ffmpeg rounds its gains to 15 bits, each channel adds up to half an LSB.
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], actual[i], 4 / 32768f);
            }
        }
    }

    @Test
    void shouldUseTheGainsOfBs775() {
        ChannelMatrix matrix = ChannelMatrix.of(format(6, 0), ChannelMapping.AUTO);
        double scale = 1 + 0.7071 + 0.7071;
        double[] left = {1 / scale, 0, 0.7071 / scale, 0, 0.7071 / scale, 0};
        double[] right = {0, 1 / scale, 0.7071 / scale, 0, 0, 0.7071 / scale};
        for (int channel = 0; channel < 6; channel++) {
            assertEquals(left[channel], matrix.left(channel), 1e-4);
            assertEquals(right[channel], matrix.right(channel), 1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNeverClipWhateverTheMask(int channels) {
        for (int mask = 0; mask < 1 << 18; mask += 7) {
            ChannelMatrix matrix = ChannelMatrix.of(format(channels, mask), ChannelMapping.AUTO);
            float left = 0;
            float right = 0;
            for (int channel = 0; channel < channels; channel++) {
                left += matrix.left(channel);
                right += matrix.right(channel);
            }
            assertTrue(left <= 1.00001 && right <= 1.00001 && left + right > 0, "mask " + mask);
        }
    }

    @Test
    void shouldBeExactWhereChannelsAreOnlyMoved() {
        assertTrue(ChannelMatrix.of(format(2, 0), ChannelMapping.AUTO).isIdentity());
        assertTrue(ChannelMatrix.of(format(2, 3), ChannelMapping.AUTO).isExact());
        assertFalse(ChannelMatrix.of(format(2, 0), ChannelMapping.AUTO).isMono());
        assertTrue(ChannelMatrix.of(format(1, 1), ChannelMapping.AUTO).isMono());
        assertTrue(ChannelMatrix.of(format(1, 1), ChannelMapping.AUTO).isExact());
        assertFalse(ChannelMatrix.of(format(6, 0), ChannelMapping.AUTO).isExact());
    }

    @Test
    void shouldTakeTheChosenChannelAlone() {
        ChannelMatrix matrix = ChannelMatrix.of(format(4, 0), ChannelMapping.only(3));
        assertTrue(matrix.isMono() && matrix.isExact());
        assertArrayEquals(
                new float[] {0, 0, 1, 0}, new float[] {matrix.left(0), matrix.left(1), matrix.left(2), matrix.left(3)});
    }

    @Test
    void shouldSayWhichChannelsThereAreWhenTheChosenOneIsNot() {
        assertEquals(
                "channel 3: the source has 2 (they count from 1)",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ChannelMatrix.of(format(2, 0), ChannelMapping.only(3)))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> ChannelMapping.only(0));
        assertThrows(IllegalArgumentException.class, () -> ChannelMapping.only(9));
    }

    @Test
    void shouldPlayAllChannelsWhenNoneHasAPlace() {
        ChannelMatrix matrix = ChannelMatrix.of(format(2, 0x8), ChannelMapping.AUTO);
        assertEquals(0.5f, matrix.left(0));
        assertEquals(0.5f, matrix.right(1));
    }
}
