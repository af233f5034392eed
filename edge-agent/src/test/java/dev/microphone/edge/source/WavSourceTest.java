package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WavSourceTest extends AudioSourceContractTest {
    @TempDir
    Path folder;

    @Override
    AudioSource open() throws SourceException {
        return WavSource.open(write(noise(1_500)));
    }

    @Override
    AudioSource openLong() throws SourceException {
        return WavSource.open(write(noise(12_000)));
    }

    private static byte[] noise(int blocks) {
        byte[] samples = new byte[blocks * 4];
        new Random(1).nextBytes(samples);
        return WavBytes.riff()
                .format(1, 2, 44_100, 4, 16)
                .chunk("data", samples)
                .build();
    }

    private Path write(byte[] wav) {
        try {
            return Files.write(folder.resolve("test.wav"), wav);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertReads(List<String> warnings, byte[] samples, WavBytes wav) throws SourceException {
        Path file = write(wav.build());
        try (WavSource source = WavSource.open(file)) {
            assertArrayEquals(samples, Pcm.readAll(source, 64));
            assertEquals(warnings.stream().map(line -> file + ": " + line).toList(), source.warnings());
        }
    }

    @Test
    void shouldFindTheSamplesBehindOtherChunksOfOddLength() throws SourceException {
        byte[] samples = Pcm.s16(1, 2, 3);
        assertReads(
                List.of(),
                samples,
                WavBytes.riff()
                        .chunk("JUNK", new byte[27])
                        .chunk("bext", new byte[603])
                        .format(1, 1, 8_000, 2, 16)
                        .chunk("LIST", new byte[5])
                        .chunk("fact", new byte[4])
                        .chunk("data", samples)
                        .chunk("LIST", new byte[9]));
    }

    @Test
    void shouldReadWhatIsThereAndSaySoWhenTheHeaderClaimsMore() throws SourceException {
        assertReads(
                List.of("the header says 1000 bytes of samples, the file has 6: read to its end"),
                Pcm.s16(1, 2, 3),
                WavBytes.simple().data(1_000, Pcm.s16(1, 2, 3)));
    }

    @Test
    void shouldSaySoWhenTheHeaderClaimsLess() throws SourceException {
        assertReads(
                List.of("the header says 2 bytes of samples, the file goes on for 4 more: those were not read"),
                Pcm.s16(1),
                WavBytes.simple().data(2, Pcm.s16(1, 2, 3)));
    }

    @Test
    void shouldReadToTheEndWhenTheWriterNeverFilledInTheLength() throws SourceException {
        for (long stated : new long[] {0, 0xFFFF_FFFFL, 0x7FFF_F000L, 0x7FFF_FFFFL, 0x8000_0000L}) {
            assertReads(List.of(), Pcm.s16(1, 2, 300), WavBytes.simple().data(stated, Pcm.s16(1, 2, 300)));
        }
    }

    @Test
    void shouldLeaveOutAndReportAnIncompleteLastBlock() throws SourceException {
        assertReads(
                List.of("ends inside a sample: the last 3 bytes of a block of 4 were left out"),
                Pcm.s16(1, 2),
                WavBytes.riff().format(1, 2, 8_000, 4, 16).chunk("data", new byte[] {1, 0, 2, 0, 3, 0, 4}));
    }

    @Test
    void shouldTakeTheLengthFromTheLongHeaderOfRf64() throws SourceException {
        assertReads(
                List.of(),
                Pcm.s16(1, 2),
                WavBytes.riff("RF64", 0xFFFF_FFFFL)
                        .ds64(100, 4)
                        .format(1, 1, 8_000, 2, 16)
                        .data(0xFFFF_FFFFL, Pcm.s16(1, 2))
                        .chunk("LIST", new byte[8]));
    }

    @Test
    void shouldReadValidBitsAsTheContainersWhenTheFormatIsExtensible() throws SourceException {
        byte[] samples = new byte[24];
        Path file = write(WavBytes.riff()
                .extensible(1, 6, 96_000, 24, 32, 24, 0x3F)
                .chunk("data", samples)
                .build());
        try (WavSource source = WavSource.open(file)) {
            assertEquals(new PcmFormat(96_000, 6, SampleEncoding.S32, 0x3F), source.format());
        }
    }

    @Test
    void shouldIgnoreAChannelMaskThatContradictsTheChannels() throws SourceException {
        Path file = write(WavBytes.riff()
                .extensible(3, 2, 96_000, 8, 32, 32, 0x3F)
                .chunk("data", new byte[8])
                .build());
        try (WavSource source = WavSource.open(file)) {
            assertEquals(new PcmFormat(96_000, 2, SampleEncoding.F32, 0), source.format());
        }
    }

    @Test
    void shouldBeginAgainAndLetTimeGoOnWhenLooped() throws SourceException {
        Path file = write(WavBytes.simple().chunk("data", Pcm.s16(1, 2, 3)).build());
        try (WavSource source = WavSource.open(file, true)) {
            byte[] target = new byte[4];
            int[] lengths = {4, 2, 4, 2};
            long[] timesNs = {0, 250_000, 375_000, 625_000};
            for (int i = 0; i < lengths.length; i++) {
                assertEquals(lengths[i], source.read(target, 0, 4));
                assertEquals(timesNs[i], source.captureTimeNs());
            }
            assertEquals(AudioSource.UNKNOWN_LENGTH, source.lengthSamples());
        }
    }

    @Test
    void shouldRefuseAFileThatShrinksWhileItIsRead() throws IOException {
        Path file = write(noise(1_000));
        try (WavSource source = WavSource.open(file)) {
            byte[] target = new byte[400];
            assertEquals(400, source.read(target, 0, 400));
            Files.write(file, new byte[0]);
            String message = assertThrows(SourceException.class, () -> source.read(target, 0, 400))
                    .getMessage();
            assertTrue(message.startsWith(file + ": became shorter while it was read"), message);
        }
    }
}
