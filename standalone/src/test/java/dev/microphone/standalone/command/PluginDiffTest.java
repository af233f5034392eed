package dev.microphone.standalone.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginDiffTest {
    @TempDir
    private Path folder;

    private Path noise() throws IOException, InterruptedException {
        Path file = folder.resolve("noise.wav");
        Sox.run(
                "-R",
                "-n",
                "-r",
                "48000",
                "-c",
                "2",
                "-b",
                "16",
                file.toString(),
                "synth",
                "1",
                "pinknoise",
                "vol",
                "0.25");
        return file;
    }

    private Result diff(String before, String after, Path input) {
        return Result.of("plugins", "diff", before, after, input.toString(), "-o", folder + "/out");
    }

    @Test
    void shouldFindNoDifferenceBetweenAPluginAndItself() throws Exception {
        Result result = diff("highpass(hz=90)", "highpass(hz=90)", noise());

        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("identical: every sample is the same"), result.out());
        for (short sample : Sox.samples(folder.resolve("out/difference.wav"))) {
            assertEquals(0, sample);
        }
    }

    @Test
    void shouldMeasureADifferenceOfSixDecibels() throws Exception {
        Path input = noise();

        Result result = diff("gain(db=0)", "gain(db=-6.0206)", input);

        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().lines().anyMatch(line -> line.startsWith("level ") && line.endsWith("−6.0 dB")));
        assertTrue(result.out()
                .lines()
                .anyMatch(line -> line.startsWith("octave at 1000 Hz") && line.endsWith("−6.0 dB")));
        short[] original = Sox.samples(input);
        short[] difference = Sox.samples(folder.resolve("out/difference.wav"));
        for (int i = 0; i < original.length; i++) {
            assertEquals(-original[i] / 2.0, difference[i], 0.51, "sample " + i);
        }
        assertEquals(
                1344,
                ImageIO.read(folder.resolve("out/spectrograms.png").toFile()).getWidth());
    }

    @Test
    void shouldLayAVersionThatComesLaterOverTheOther() throws Exception {
        Path source = Files.writeString(folder.resolve("late.c"), """
                #include "microphone_plugin.h"
                MICROPHONE_FRAME_BUFFER
                static int16_t held[2 * SAMPLES];
                MICROPHONE_EXPORT(process_frame) int32_t process_frame(int16_t *pcm, int32_t length_bytes) {
                  for (int i = 0; i < length_bytes / 2; i++) {
                    int16_t oldest = held[0];
                    memmove(held, held + 1, sizeof held - sizeof held[0]);
                    held[2 * SAMPLES - 1] = pcm[i];
                    pcm[i] = oldest;
                  }
                  return length_bytes;
                }
                """);
        String late = folder + "/late.wasm";
        assertEquals(
                0,
                Result.of("plugins", "build", source.toString(), "-DSAMPLES=37").exitCode());

        Result result = diff("gain", late, noise());

        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("b comes 37 samples (0.77 ms) later than a"), result.out());
        assertTrue(result.out().contains("every sample is the same"), result.out());
    }

    @Test
    void shouldSayWhenTheInputIsMissing() {
        Result result = diff("gain", "gain", folder.resolve("gone.wav"));

        assertEquals(1, result.exitCode());
        assertTrue(result.err().contains("gone.wav: no such file"), result.err());
    }
}
