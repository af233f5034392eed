package dev.microphone.router.sink.wav;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.router.Frames;
import dev.microphone.router.Tool;
import dev.microphone.router.sink.recording.MemoryOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavWriterTest {
    private static final int SMALL_LIMIT = 10_000;

    @TempDir
    Path folder;

    private final MemoryOutput output = new MemoryOutput();
    private final byte[] pcm = Frames.pcm(1, 1, 1);

    @Test
    void shouldHaveTheHeaderOfItsDiagramWhenClosed() throws Exception {
        WavWriter writer = new WavWriter(output);
        writer.write(pcm, 0, pcm.length);
        writer.close();

        String expected = hex("RIFF") + "480f0000" + hex("WAVE") + hex("JUNK") + "1c000000" + "00".repeat(28)
                + hex("fmt ") + "10000000" + "0100" + "0200" + "80bb0000" + "00ee0200" + "0400" + "1000"
                + hex("data") + "000f0000";
        assertEquals(expected, HexFormat.of().formatHex(output.bytes(), 0, WavWriter.HEADER_LENGTH));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldStateTheLengthUpToTheLastFlush() throws Exception {
        Tool.assumeInstalled("sox", "sox");
        WavWriter writer = new WavWriter(output);
        writer.write(pcm, 0, pcm.length);
        writer.flush();
        writer.write(pcm, 0, pcm.length);
        Path file = Files.write(folder.resolve("cut.wav"), output.bytes());

        assertEquals("960", Tool.text("soxi", "-s", file.toString()));
    }

    @Test
    void shouldBecomeRf64WhenItOutgrowsRiff() throws Exception {
        Tool.assumeInstalled("ffmpeg", "ffmpeg");
        WavWriter writer = new WavWriter(output, SMALL_LIMIT);
        for (int i = 0; i < 3; i++) {
            writer.write(pcm, 0, pcm.length);
        }
        writer.close();
        Path file = Files.write(folder.resolve("long.wav"), output.bytes());

        assertEquals("RF64", new String(Arrays.copyOf(output.bytes(), 4), StandardCharsets.US_ASCII));
        byte[] decoded = Tool.run("ffmpeg", "-v", "error", "-i", file.toString(), "-f", "s16le", "-");
        assertEquals(3 * pcm.length, decoded.length);
        assertArrayEquals(pcm, Arrays.copyOfRange(decoded, 2 * pcm.length, 3 * pcm.length));
    }

    @Test
    void shouldStayRiffUpToTheLimit() throws Exception {
        WavWriter writer = new WavWriter(output, WavWriter.HEADER_LENGTH - 8 + pcm.length);
        writer.write(pcm, 0, pcm.length);
        writer.flush();
        assertEquals('R', output.bytes()[0]);
        assertEquals('I', output.bytes()[1]);

        writer.write(pcm, 0, 4);
        writer.flush();

        assertEquals('F', output.bytes()[1]);
    }

    @Test
    void shouldHoldWholeFramesOnlyWhenAWriteFailedHalfWay() throws Exception {
        MemoryOutput full = new MemoryOutput(WavWriter.HEADER_LENGTH + pcm.length + 1_001L);
        WavWriter writer = new WavWriter(full);
        writer.write(pcm, 0, pcm.length);
        try {
            writer.write(pcm, 0, pcm.length);
        } catch (java.io.IOException e) {
            assertEquals("No space left on device", e.getMessage());
        }
        writer.close();

        assertEquals(WavWriter.HEADER_LENGTH + pcm.length, full.bytes().length);
        assertEquals(960, writer.savedSamples());
    }
}
