package dev.microphone.loadtest.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.OfficialPlugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArnndnModelTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldGiveFfmpegAModelThatItReadsAndThatTakesNoiseAway() throws IOException, InterruptedException {
        assumeTrue(OfficialPlugins.names().contains("rnnoise"), "needs rnnoise, which needs apt-get at build time");
        assumeTrue(Arnndn.isAvailable(), "needs ffmpeg (Debian package ffmpeg)");
        Path pcm = folder.resolve("noise.pcm");
        Random random = new Random(3);
        byte[] noise = new byte[2 * 96_000];
        for (int i = 0; i < noise.length; i += 2) {
            short sample = (short) (1000 * random.nextGaussian());
            noise[i] = (byte) sample;
            noise[i + 1] = (byte) (sample >> 8);
        }
        Files.write(pcm, noise);
        Path model = folder.resolve("model.rnnn");
        ArnndnModel.write(model);
        Path out = folder.resolve("out.pcm");
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-nostdin",
                        "-f",
                        "s16le",
                        "-ar",
                        "48000",
                        "-ac",
                        "1",
                        "-i",
                        pcm.toString(),
                        "-af",
                        "arnndn=m=" + model,
                        "-f",
                        "s16le",
                        out.toString())
                .inheritIO()
                .start();
        assertEquals(0, ffmpeg.waitFor());
        byte[] cleaned = Files.readAllBytes(out);
        assertTrue(energyOfSecondHalf(cleaned) < energyOfSecondHalf(noise) / 2);
    }

    private static double energyOfSecondHalf(byte[] pcm) {
        double energy = 0;
        for (int i = pcm.length / 4 * 2; i < pcm.length; i += 2) {
            short sample = (short) ((pcm[i] & 0xff) | (pcm[i + 1] << 8));
            energy += sample * sample;
        }
        return energy;
    }

    @Test
    void shouldRefuseASourceWithoutALayer() {
        assertThrows(IllegalArgumentException.class, () -> ArnndnModel.of("static const int nothing = 3;"));
    }
}
