package dev.microphone.standalone.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseLevelTest {
    private static final int RATE_HZ = 48_000;

    /** A second of voice and a second of pause, five times, in noise of 0.01 RMS. */
    private static float[] voice() {
        float[] voice = new float[10 * RATE_HZ];
        for (int i = 0; i < voice.length; i++) {
            voice[i] = i / RATE_HZ % 2 == 0 ? (float) (0.3 * Math.sin(2 * Math.PI * 200 * i / RATE_HZ)) : 0;
        }
        return voice;
    }

    private static float[] withNoise(float[] voice, double rms) {
        Random random = new Random(1);
        float[] noisy = voice.clone();
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += (float) (rms * random.nextGaussian());
        }
        return noisy;
    }

    @Test
    void shouldMeasureTheNoiseOnlyWhereTheVoicePauses() {
        float[] voice = voice();

        assertEquals(-40, NoiseLevel.inPausesDbfs(voice, withNoise(voice, 0.01), RATE_HZ, -60), 0.1);
    }

    @Test
    void shouldEstimateTheNoiseWithoutKnowingTheVoice() {
        assertEquals(-40, NoiseLevel.floorDbfs(withNoise(voice(), 0.01), RATE_HZ), 1);
    }

    @Test
    void shouldCallDigitalSilenceTheLowestLevel() {
        assertEquals(NoiseLevel.SILENCE_DBFS, NoiseLevel.rmsDbfs(new float[100]));
        assertEquals(NoiseLevel.SILENCE_DBFS, NoiseLevel.inPausesDbfs(new float[960], new float[960], RATE_HZ, -60));
    }

    @Test
    void shouldMeasureTheSameLevelAsSox(@TempDir Path folder) throws IOException, InterruptedException {
        float[] noisy = withNoise(voice(), 0.05);
        byte[] pcm = new byte[noisy.length * 2];
        for (int i = 0; i < noisy.length; i++) {
            int sample = Math.round(noisy[i] * 32_768);
            noisy[i] = sample / 32_768f;
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        Path wav = folder.resolve("noisy.wav");
        AudioSystem.write(
                new AudioInputStream(
                        new ByteArrayInputStream(pcm), new AudioFormat(RATE_HZ, 16, 1, true, false), noisy.length),
                AudioFileFormat.Type.WAVE,
                wav.toFile());

        Matcher level = Pattern.compile("RMS lev dB +(-[0-9.]+)").matcher(soxStats(wav));

        assertEquals(true, level.find());
        assertEquals(Double.parseDouble(level.group(1)), NoiseLevel.rmsDbfs(noisy), 0.006);
    }

    private static String soxStats(Path wav) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sox")), "needs sox (Debian package sox)");
        Process sox = new ProcessBuilder("sox", wav.toString(), "-n", "stats")
                .redirectErrorStream(true)
                .start();
        String output = new String(sox.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        sox.waitFor();
        return output;
    }
}
