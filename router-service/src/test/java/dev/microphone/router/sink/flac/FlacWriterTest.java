package dev.microphone.router.sink.flac;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.Tool;
import dev.microphone.router.sink.recording.MemoryOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlacWriterTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needsFlac() {
        Tool.assumeInstalled("flac", "flac");
    }

    static Stream<Arguments> signals() {
        Random random = new Random(1);
        return Stream.of(
                Arguments.of("silence", stereo(20_000, i -> 0, i -> 0)),
                Arguments.of("constants of either sign", stereo(9_000, i -> -32_768, i -> 32_767)),
                Arguments.of("white noise at full scale", noise(30_000, random)),
                Arguments.of("sine, equal channels", stereo(20_000, FlacWriterTest::sine, FlacWriterTest::sine)),
                Arguments.of("opposite channels", stereo(20_000, FlacWriterTest::sine, i -> -sine(i))),
                Arguments.of("square wave at full scale", stereo(20_000, i -> square(i, 50), i -> -square(i, 77) - 1)),
                Arguments.of("one channel silent", stereo(20_000, FlacWriterTest::sine, i -> 0)),
                Arguments.of("a single click", stereo(20_000, i -> i == 7_000 ? 32_767 : 0, i -> 0)),
                Arguments.of("quiet noise", stereo(20_000, i -> random.nextInt(3) - 1, i -> random.nextInt(5) - 2)),
                Arguments.of("ramp", stereo(40_000, i -> i % 65_536 - 32_768, i -> 3 * i % 65_536 - 32_768)),
                Arguments.of(
                        "chirp with noise",
                        stereo(
                                50_000,
                                i -> 20_000 * Math.sin(i * (double) i / 30_000) + random.nextGaussian() * 300,
                                i -> 19_000 * Math.sin(i * (double) i / 30_000) + random.nextGaussian() * 300)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("signals")
    void shouldDecodeToTheSameBytesWhenDecodedByFlac(String name, byte[] pcm) throws Exception {
        Path file = write(pcm, 3_840);

        Tool.run("flac", "-t", "-w", file.toString());

        assertArrayEquals(pcm, decode(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097, 8192, 12_289})
    void shouldDecodeToTheSameBytesWhateverTheLength(int samples) throws Exception {
        byte[] pcm = noise(samples, new Random(samples));
        Path file = write(pcm, 960);

        Tool.run("flac", "-t", "-w", file.toString());

        assertArrayEquals(pcm, decode(file));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldDecodeToTheSameBytesWhenSignalsChangeFromBlockToBlock(long seed) throws Exception {
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int part = 0; part < 30; part++) {
            int scale = 1 << random.nextInt(16);
            double pitch = random.nextDouble();
            double noise = random.nextDouble() * random.nextInt(2);
            all.write(stereo(
                    random.nextInt(6_000),
                    i -> Math.clamp(scale * (Math.sin(pitch * i) + noise * random.nextGaussian()), -32_768, 32_767),
                    i -> Math.clamp(scale * Math.cos(pitch * i) * (1 - noise), -32_768, 32_767)));
        }
        Path file = write(all.toByteArray(), 3_840);

        Tool.run("flac", "-t", "-w", file.toString());

        assertArrayEquals(all.toByteArray(), decode(file));
    }

    @Test
    void shouldNumberFramesAsDecodersExpectWhenThereAreMoreThanOneByteCounts() throws Exception {
        byte[] pcm = stereo(FlacEncoder.BLOCK_SAMPLES * 2_200, i -> i % 100, i -> i % 100);
        Path file = write(pcm, 3_840);

        Tool.run("flac", "-t", "-w", file.toString());

        assertArrayEquals(pcm, decode(file));
    }

    @Test
    void shouldDecodeToTheSameBytesWhenDecodedByFfmpeg() throws Exception {
        Tool.assumeInstalled("ffmpeg", "ffmpeg");
        byte[] pcm = noise(30_000, new Random(2));
        Path file = write(pcm, 3_840);

        assertArrayEquals(pcm, Tool.run("ffmpeg", "-v", "error", "-i", file.toString(), "-f", "s16le", "-"));
    }

    @Test
    void shouldBeWithinTwoPercentOfFlacsOwnSizeOnAMixOfTonesAndNoise() throws Exception {
        Random random = new Random(3);
        byte[] pcm = stereo(
                480_000,
                i -> 8_000 * Math.sin(i * 0.03) * Math.sin(i * 0.0001) + random.nextGaussian() * 80,
                i -> 7_000 * Math.sin(i * 0.031) * Math.sin(i * 0.0001) + random.nextGaussian() * 80);
        Path ours = write(pcm, 3_840);
        Path raw = Files.write(folder.resolve("in.raw"), pcm);
        Path theirs = folder.resolve("theirs.flac");

        Tool.run(
                "flac",
                "-5",
                "-s",
                "--no-padding",
                "--no-seektable",
                "--force-raw-format",
                "--endian=little",
                "--sign=signed",
                "--channels=2",
                "--bps=16",
                "--sample-rate=48000",
                "-o",
                theirs.toString(),
                raw.toString());

        assertTrue(
                Files.size(ours) < 1.02 * Files.size(theirs),
                () -> "ours " + ours.toFile().length() + " theirs "
                        + theirs.toFile().length());
    }

    @Test
    void shouldPlayUpToTheLastWholeBlockWhenTheFileWasNeverClosed() throws Exception {
        byte[] pcm = noise(10_000, new Random(4));
        MemoryOutput output = new MemoryOutput();
        FlacWriter writer = new FlacWriter(output, new FlacEncoder());
        writer.write(pcm, 0, pcm.length);
        writer.flush();
        Path file = Files.write(folder.resolve("killed.flac"), output.bytes());

        Tool.run("flac", "-t", file.toString());

        byte[] expected = new byte[2 * FlacEncoder.BLOCK_SAMPLES * 4];
        System.arraycopy(pcm, 0, expected, 0, expected.length);
        assertArrayEquals(expected, decode(file));
    }

    @Test
    void shouldStateLengthAndChecksumWhenClosed() throws Exception {
        byte[] pcm = noise(10_000, new Random(5));
        Path file = write(pcm, 3_840);

        assertEquals("10000", Tool.text("metaflac", "--show-total-samples", file.toString()));
        Path raw = Files.write(folder.resolve("in.raw"), pcm);
        assertEquals(
                Tool.text("md5sum", raw.toString()).substring(0, 32),
                Tool.text("metaflac", "--show-md5sum", file.toString()));
    }

    private Path write(byte[] pcm, int step) throws IOException {
        MemoryOutput output = new MemoryOutput();
        FlacWriter writer = new FlacWriter(output, new FlacEncoder());
        for (int i = 0; i < pcm.length; i += step) {
            writer.write(pcm, i, Math.min(step, pcm.length - i));
        }
        writer.close();
        return Files.write(folder.resolve("ours.flac"), output.bytes());
    }

    private static byte[] decode(Path file) throws Exception {
        return Tool.run(
                "flac", "-d", "-s", "-c", "--force-raw-format", "--endian=little", "--sign=signed", file.toString());
    }

    private static double sine(int i) {
        return 12_000 * Math.sin(i * 0.05);
    }

    private static int square(int i, int halfPeriod) {
        return i / halfPeriod % 2 == 0 ? 32_767 : -32_768;
    }

    private static byte[] noise(int samples, Random random) {
        byte[] pcm = new byte[4 * samples];
        random.nextBytes(pcm);
        return pcm;
    }

    private static byte[] stereo(int samples, IntToDoubleFunction left, IntToDoubleFunction right) {
        byte[] pcm = new byte[4 * samples];
        for (int i = 0; i < samples; i++) {
            int l = (int) left.applyAsDouble(i);
            int r = (int) right.applyAsDouble(i);
            pcm[4 * i] = (byte) l;
            pcm[4 * i + 1] = (byte) (l >> 8);
            pcm[4 * i + 2] = (byte) r;
            pcm[4 * i + 3] = (byte) (r >> 8);
        }
        return pcm;
    }
}
