package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageDumpTest {
    @TempDir
    private Path folder;

    private Path noise(double seconds) throws IOException, InterruptedException {
        Path file = folder.resolve("noise.wav");
        Sox.run(
                "-n",
                "-r",
                "48000",
                "-c",
                "2",
                "-b",
                "16",
                file.toString(),
                "synth",
                String.valueOf(seconds),
                "pinknoise");
        return file;
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private short[] samples(String name) throws Exception {
        return Sox.samples(folder.resolve(name));
    }

    @Test
    void shouldWriteAFileAsItWasBeforeAndBehindEveryPlugin() throws Exception {
        Path input = noise(0.5);

        Result result = Result.of(
                "process",
                input.toString(),
                "-o",
                folder + "/out.wav",
                "--chain",
                "gain(db=-6),highpass,gain(db=3)",
                "--dump-stages",
                folder + "/stages");

        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                List.of("00-captured.wav", "01-normalised.wav", "02-gain.wav", "03-highpass.wav", "04-gain.wav"),
                files("stages/noise"));
        short[] original = Sox.samples(input);
        assertArrayEquals(original, samples("stages/noise/00-captured.wav"));
        assertArrayEquals(original, samples("stages/noise/01-normalised.wav"));
        assertArrayEquals(samples("out.wav"), samples("stages/noise/04-gain.wav"));
        short[] quieter = samples("stages/noise/02-gain.wav");
        for (int i = 0; i < original.length; i++) {
            assertEquals(original[i] * Math.pow(10, -0.3), quieter[i], 0.501);
        }
        assertFalse(Arrays.equals(quieter, samples("stages/noise/03-highpass.wav")));
    }

    @Test
    void shouldWriteAStreamLiveSampleBySampleAsItIsRecorded() throws Exception {
        Result result = Result.of(
                "run",
                "--source",
                "tone:?seconds=1",
                "--name",
                "a/b/c/d",
                "--chain",
                "highpass,gain(db=-3)",
                "--port",
                "0",
                "--sink",
                "wav:" + folder + "/live.wav",
                "--dump-stages",
                folder + "/stages");

        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.err().contains("dumped into " + folder + "/stages: 5 files"), result.err());
        assertFalse(result.err().contains("missing"), result.err());
        short[] recorded = samples("live.wav");
        assertEquals(96_000, recorded.length);
        assertArrayEquals(recorded, samples("stages/a_b_c_d/03-gain.wav"));
        assertArrayEquals(recorded, samples("stages/a_b_c_d/04-routed.wav"));
        assertEquals("1", Sox.info("-c", folder.resolve("stages/a_b_c_d/00-captured.wav")));
        assertEquals("48000", Sox.info("-s", folder.resolve("stages/a_b_c_d/00-captured.wav")));
    }

    @Test
    void shouldStopDumpingAtTheLimitAndGoOnProcessing() throws Exception {
        Path input = noise(4);

        Result result = Result.of(
                "process",
                input.toString(),
                "-o",
                folder + "/out.wav",
                "--chain",
                "gain",
                "--dump-stages",
                folder + "/stages",
                "--dump-limit",
                "1");

        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                1,
                result.err()
                        .lines()
                        .filter(line -> line.contains("has reached its limit of 1 MiB"))
                        .count());
        assertArrayEquals(Sox.samples(input), samples("out.wav"));
        long bytes = 0;
        for (String file : files("stages/noise")) {
            bytes += Files.size(folder.resolve("stages/noise/" + file));
        }
        assertTrue(bytes <= (1 << 20) + 300, bytes + " bytes");
        // What there is can be read.
        assertTrue(samples("stages/noise/02-gain.wav").length > 100_000);
    }

    @Test
    void shouldNotOverwriteAnEarlierDump() throws Exception {
        Path input = noise(0.1);
        for (int i = 0; i < 2; i++) {
            Result.of(
                    "process",
                    input.toString(),
                    "-o",
                    folder + "/out.wav",
                    "--force",
                    "--chain",
                    "none",
                    "--dump-stages",
                    folder + "/stages");
        }

        assertEquals(List.of("noise", "noise-2"), files("stages"));
    }

    @Test
    void shouldLeaveNoFilesWhenTheStartFails() throws Exception {
        Result result = Result.of(
                "run",
                "--source",
                "tone:",
                "--chain",
                folder + "/missing.wasm",
                "--port",
                "0",
                "--dump-stages",
                folder + "/stages");

        assertEquals(1, result.exitCode(), result.err());
        assertTrue(result.err().contains("missing.wasm"), result.err());
        assertTrue(result.err().contains("nothing was dumped into " + folder + "/stages"), result.err());
        assertEquals(List.of(), files("stages"));
    }

    @Test
    void shouldRefuseALimitThatAFileCannotHold() {
        Result result = Result.of(
                "process",
                "in.wav",
                "-o",
                folder + "/out.wav",
                "--chain",
                "none",
                "--dump-stages",
                "x",
                "--dump-limit",
                "0");

        assertEquals(2, result.exitCode());
        assertTrue(result.err().contains("--dump-limit 0: allowed are 1 to 4000"), result.err());
    }
}
