package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WavRefusalTest {
    private static final int SEEDED_CASES = 3_000;

    @TempDir
    Path folder;

    private static Arguments bad(String message, WavBytes wav) {
        return arguments(message, wav.build());
    }

    static Stream<Arguments> badFiles() {
        byte[] samples = Pcm.s16(1, 2);
        return Stream.of(
                bad("is empty: a WAV file begins with 'RIFF'", new WavBytes()),
                bad("is cut off: the header at offset 0 needs 12 bytes, the file has 4", new WavBytes().text("RIFF")),
                bad(
                        "is not a WAV file: begins with 'fLaC', allowed: RIFF, RF64, BW64",
                        new WavBytes().text("fLaC").raw(new byte[40])),
                bad(
                        "is not a WAV file: 'AVI ' at offset 8, allowed: WAVE",
                        new WavBytes().text("RIFF").u32(4).text("AVI ")),
                bad("no 'data' chunk up to the file's end at offset 12", WavBytes.riff()),
                bad("no 'data' chunk up to the file's end at offset 36", WavBytes.simple()),
                bad(
                        "is cut off: a chunk header at offset 36 needs 8 bytes, the file has 3",
                        WavBytes.simple().text("dat")),
                bad(
                        "is cut off: the 'LIST' chunk at offset 44 needs 4000 bytes, the file has 2",
                        WavBytes.simple().text("LIST").u32(4_000).u16(0)),
                bad(
                        "is cut off: the 'fmt ' chunk at offset 20 needs 16 bytes, the file has 4",
                        WavBytes.riff().text("fmt ").u32(16).u32(1)),
                bad(
                        "the 'fmt ' chunk at offset 20 has 14 bytes: allowed: at least 16",
                        WavBytes.riff().chunk("fmt ", new byte[14]).data(4, samples)),
                bad(
                        "no 'fmt ' chunk before the 'data' chunk at offset 12",
                        WavBytes.riff().data(4, samples)),
                bad(
                        "has no samples: the 'data' chunk at offset 44 holds 0 bytes",
                        WavBytes.simple().data(0)),
                bad(
                        "has no samples: the 'data' chunk at offset 44 holds 1 bytes",
                        WavBytes.simple().data(1, (byte) 1)),
                bad(
                        "format tag 6 (A-law) at offset 20: allowed: 1 (PCM), 3 (IEEE float) and 65534 (extensible)",
                        WavBytes.riff().format(6, 1, 8_000, 1, 8).data(4, samples)),
                bad(
                        "0 channels at offset 22: allowed: 1 to 8",
                        WavBytes.riff().format(1, 0, 8_000, 2, 16).data(4, samples)),
                bad(
                        "9 channels at offset 22: allowed: 1 to 8",
                        WavBytes.riff().format(1, 9, 8_000, 18, 16).data(4, samples)),
                bad(
                        "sample rate 4000 Hz at offset 24: allowed: 8000 to 192000 Hz",
                        WavBytes.riff().format(1, 1, 4_000, 2, 16).data(4, samples)),
                bad(
                        "sample rate 4294967295 Hz at offset 24: allowed: 8000 to 192000 Hz",
                        WavBytes.riff().format(1, 1, -1, 2, 16).data(4, samples)),
                bad(
                        "block align 3 contradicts 1 channels of 16 bits at offset 32: allowed: 2 bytes",
                        WavBytes.riff().format(1, 1, 8_000, 3, 16).data(4, samples)),
                bad(
                        "33 bits per integer sample at offset 34: allowed: 1 to 32",
                        WavBytes.riff().format(1, 1, 8_000, 5, 33).data(4, samples)),
                bad(
                        "16 bits per float sample at offset 34: allowed: 32 and 64",
                        WavBytes.riff().format(3, 1, 8_000, 2, 16).data(4, samples)),
                bad(
                        "extensible format in a 'fmt ' chunk of 16 bytes at offset 20: allowed: 40 bytes",
                        WavBytes.riff().format(0xFFFE, 1, 8_000, 2, 16).data(4, samples)),
                bad(
                        "the 'ds64' chunk at offset 20 has 8 bytes: allowed: at least 24",
                        WavBytes.riff().chunk("ds64", new byte[8]).data(4, samples)));
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void shouldRefuseInOneLineWithOffsetAndValue(String message, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("bad.wav"), content);
        SourceException refusal = assertThrows(SourceException.class, () -> WavSource.open(file));
        assertEquals(file + ": " + message, refusal.getMessage());
    }

    @Test
    void shouldRefuseAnUnknownSubFormat() throws IOException {
        byte[] content = WavBytes.riff()
                .extensible(1, 1, 8_000, 2, 16, 16, 4)
                .data(4, Pcm.s16(1, 2))
                .build();
        content[59]++;
        Path file = Files.write(folder.resolve("bad.wav"), content);
        SourceException refusal = assertThrows(SourceException.class, () -> WavSource.open(file));
        assertEquals(
                file + ": an unknown sub-format GUID at offset 44: allowed: PCM and IEEE float", refusal.getMessage());
    }

    @Test
    void shouldRefuseWhatIsNoFile() {
        Path missing = folder.resolve("missing.wav");
        assertEquals(
                missing + ": no such file",
                assertThrows(SourceException.class, () -> WavSource.open(missing))
                        .getMessage());
        assertEquals(
                folder + ": is a folder: allowed are WAV files",
                assertThrows(SourceException.class, () -> WavSource.open(folder))
                        .getMessage());
    }

    @Test
    void shouldRefuseOrReadWholeBlocksWhateverIsFlippedOrCutOff() throws IOException {
        Random random = new Random(7);
        byte[] samples = new byte[480];
        byte[] whole = WavBytes.riff("RF64", -1)
                .ds64(600, samples.length)
                .extensible(1, 2, 48_000, 6, 24, 20, 3)
                .chunk("LIST", new byte[11])
                .data(-1, samples)
                .build();
        int read = 0;
        for (int i = 0; i < SEEDED_CASES; i++) {
            byte[] content =
                    random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int flips = random.nextInt(4); flips > 0 && content.length > 0; flips--) {
                content[random.nextInt(Math.min(content.length, 140))] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("case.wav"), content);
            try (WavSource source = WavSource.open(file)) {
                int length = Pcm.readAll(source, 4_096).length;
                assertTrue(length > 0 && length % source.format().blockLength() == 0);
                read++;
            } catch (SourceException refusal) {
                assertTrue(refusal.getMessage().startsWith(file + ": "), refusal.getMessage());
                assertEquals(1, refusal.getMessage().lines().count());
            }
        }
        assertTrue(read > SEEDED_CASES / 10 && read < SEEDED_CASES, read + " of " + SEEDED_CASES + " were read");
    }
}
