package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.ReferencePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessCommandTest {
    private static final Path SPOKEN = Path.of("/usr/share/sounds/alsa/Front_Center.wav");

    @TempDir
    private Path folder;

    private Path make(String name, int rateHz, int channels, double seconds) throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Sox.run(
                "-n",
                "-r",
                String.valueOf(rateHz),
                "-c",
                String.valueOf(channels),
                "-b",
                "16",
                file.toString(),
                "synth",
                String.valueOf(seconds),
                "pinknoise",
                "vol",
                "0.3");
        return file;
    }

    private static Result process(String chain, Object input, Object output, String... more) {
        return Result.of(Stream.concat(
                        Stream.of("process", input.toString(), "-o", output.toString(), "--chain", chain),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private String filesBelow(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    @Test
    void shouldCopyCanonicalAudioBitForBitWhenTheChainIsNone() throws Exception {
        Path input = make("in.wav", 48_000, 2, 1.2345);

        Result wav = process("none", input, folder.resolve("out.wav"));
        Result flac = process("none", input, folder.resolve("out.flac"));

        assertEquals(0, wav.exitCode(), wav.err());
        assertEquals(0, flac.exitCode(), flac.err());
        assertArrayEquals(Sox.samples(input), Sox.samples(folder.resolve("out.wav")));
        assertArrayEquals(Sox.samples(input), Sox.samples(folder.resolve("out.flac")));
    }

    @Test
    void shouldShowTheChainTheFarEndOfTheSameMoment() throws Exception {
        Path near = make("near/a.wav", 48_000, 2, 1.5);
        Path far = make("far/a.wav", 48_000, 2, 1.0);
        Path plugin = Files.write(folder.resolve("reference.wasm"), ReferencePlugin.wasm());

        Result file = process(plugin.toString(), near, folder.resolve("out.wav"), "--reference", far.toString());
        Result folders = process(
                plugin.toString(),
                near.getParent(),
                folder.resolve("out/"),
                "--reference",
                far.getParent().toString());

        assertEquals(0, file.exitCode(), file.err());
        assertEquals(0, folders.exitCode(), folders.err());
        short[] expected = Arrays.copyOf(Sox.samples(far), Sox.samples(near).length);
        assertArrayEquals(expected, Sox.samples(folder.resolve("out.wav")));
        assertArrayEquals(expected, Sox.samples(folder.resolve("out/a.wav")));
    }

    @Test
    void shouldRefuseAReferenceThatDoesNotFitTheInputs() throws Exception {
        Path first = make("in/a.wav", 48_000, 1, 0.1);
        make("in/b.wav", 48_000, 1, 0.1);
        Path out = folder.resolve("out/");

        Result one = process("none", first.getParent(), out, "--reference", first.toString());
        Result missing = process("none", first, folder.resolve("o.wav"), "--reference", folder + "/no.wav");

        assertEquals(2, one.exitCode());
        assertTrue(one.err().contains("is one file for 2 inputs"), one.err());
        assertEquals(2, missing.exitCode());
        assertTrue(missing.err().contains("no such file"), missing.err());
    }

    @ParameterizedTest
    @CsvSource({
        "44100, 1, 1.0, 48000",
        "16000, 1, 0.731, 35088",
        "8000, 2, 0.0125, 600",
        "96000, 2, 0.5, 24000",
        "48000, 2, 0.0101, 485"
    })
    void shouldKeepTheLengthWhateverTheRate(int rateHz, int channels, double seconds, int expectedSamples)
            throws Exception {
        Path input = make("in.wav", rateHz, channels, seconds);

        Result result = process("highpass(hz=80)", input, folder.resolve("out.wav"));

        assertEquals(0, result.exitCode(), result.err());
        assertEquals(expectedSamples, Integer.parseInt(Sox.info("-s", folder.resolve("out.wav"))));
        assertEquals("48000", Sox.info("-r", folder.resolve("out.wav")));
        assertEquals("2", Sox.info("-c", folder.resolve("out.wav")));
    }

    @Test
    void shouldLayTheOutputUnderTheInputWhenAChainHasADelay() throws Exception {
        assumeTrue(OfficialPlugins.names().contains("rnnoise"), "needs the rnnoise plugin, built from Debian's source");
        assumeTrue(Files.isReadable(SPOKEN), "needs a recorded voice (Debian package alsa-utils)");
        Path voice = folder.resolve("voice.wav");
        Sox.run(SPOKEN.toString(), "-c", "2", voice.toString());

        Result result = process("rnnoise", voice, folder.resolve("out.wav"));

        assertEquals(0, result.exitCode(), result.err());
        short[] before = Sox.samples(voice);
        short[] after = Sox.samples(folder.resolve("out.wav"));
        assertEquals(before.length, after.length);
        assertEquals(0, lagOfBestMatch(before, after, 1_000));
    }

    /** In samples per channel, of the left one. */
    private static int lagOfBestMatch(short[] before, short[] after, int maxLag) {
        int best = 0;
        double bestSum = Double.NEGATIVE_INFINITY;
        for (int lag = -maxLag; lag <= maxLag; lag++) {
            double sum = 0;
            for (int i = maxLag; i < before.length / 2 - maxLag; i++) {
                sum += (double) before[2 * i] * after[2 * (i + lag)];
            }
            if (sum > bestSum) {
                bestSum = sum;
                best = lag;
            }
        }
        return best;
    }

    @Test
    void shouldProcessAFolderAndGoOnBehindABadFile() throws Exception {
        make("in/a.wav", 44_100, 1, 0.3);
        make("in/deep/b.wav", 16_000, 1, 0.3);
        Files.write(folder.resolve("in/empty.wav"), new byte[0]);
        byte[] whole = Files.readAllBytes(make("whole.wav", 48_000, 1, 0.5));
        Files.write(folder.resolve("in/header-only.wav"), Arrays.copyOf(whole, 30));
        Files.write(folder.resolve("in/cut-off.wav"), Arrays.copyOf(whole, whole.length / 2));

        Result result = process("none", folder.resolve("in"), folder.resolve("out"), "--format", "flac");

        assertEquals(1, result.exitCode(), result.err());
        assertEquals("[out/a.flac, out/cut-off.flac, out/deep/b.flac]", filesBelow("out"));
        assertTrue(result.err().contains("failed: " + folder.resolve("in/empty.wav") + ": "), result.err());
        assertTrue(result.err().contains("failed: " + folder.resolve("in/header-only.wav") + ": "), result.err());
        assertTrue(result.err().contains("warning: " + folder.resolve("in/cut-off.wav") + ": "), result.err());
        assertTrue(result.err().contains("3 files done, 2 failed: 0:01 of audio in "), result.err());
        assertEquals("11989", Sox.info("-s", folder.resolve("out/cut-off.flac")));
    }

    @Test
    void shouldOverwriteOnlyWhenForced() throws Exception {
        Path input = make("in.wav", 48_000, 2, 0.2);
        Path output = Files.writeString(folder.resolve("out.wav"), "precious");

        Result refused = process("none", input, output);
        assertEquals(1, refused.exitCode());
        assertEquals(
                "microphone: " + output + " exists already: --force overwrites",
                refused.err().strip());
        assertEquals("precious", Files.readString(output));

        assertEquals(0, process("none", input, output, "--force").exitCode());
        assertArrayEquals(Sox.samples(input), Sox.samples(output));
    }

    @Test
    void shouldLeaveNothingWhenAPluginKeepsFailing() throws Exception {
        Path input = make("in.wav", 48_000, 2, 1);
        Path trap = Files.write(folder.resolve("trap.wasm"), TrapPlugin.wasm());

        Result result = process(trap.toString(), input, folder.resolve("out.wav"));

        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains("failed 5 times"), result.err());
        assertFalse(Files.exists(folder.resolve("out.wav")));
        assertFalse(Files.exists(folder.resolve("out.wav.part")));
    }

    @Test
    void shouldLevelOnlyWhenAskedTo() throws Exception {
        Path input = make("in.wav", 48_000, 2, 3);

        process("none", input, folder.resolve("plain.wav"));
        process("none", input, folder.resolve("levelled.wav"), "--agc", "on");

        assertArrayEquals(Sox.samples(input), Sox.samples(folder.resolve("plain.wav")));
        assertFalse(Arrays.equals(Sox.samples(input), Sox.samples(folder.resolve("levelled.wav"))));
    }
}
