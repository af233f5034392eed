package dev.microphone.standalone.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** Real voices that a Debian package brings: a woman who says where the loudspeaker stands. */
final class RecordedVoices {
    static final Path FOLDER = Path.of("/usr/share/sounds/alsa");
    static final String PACKAGE = "alsa-utils";

    private static final String NOT_A_VOICE = "Noise.wav";
    private static final int PAUSE_SAMPLES = DemoAudio.SAMPLE_RATE_HZ / 2;

    private RecordedVoices() {}

    /**
     * All of them behind one another, half a second apart; 48 kHz, mono.
     *
     * @throws IOException when the package is not installed
     */
    static float[] read() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            throw new IOException("no recorded voices in " + FOLDER + ": install the Debian package " + PACKAGE);
        }
        float[] all = new float[PAUSE_SAMPLES];
        for (Path file : files()) {
            float[] voice = samples(file);
            float[] longer = new float[all.length + voice.length + PAUSE_SAMPLES];
            System.arraycopy(all, 0, longer, 0, all.length);
            System.arraycopy(voice, 0, longer, all.length, voice.length);
            all = longer;
        }
        return all;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".wav") && !file.endsWith(NOT_A_VOICE))
                    .sorted()
                    .toList();
        }
    }

    private static float[] samples(Path file) throws IOException {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(file.toFile())) {
            AudioFormat format = in.getFormat();
            if (format.getSampleRate() != DemoAudio.SAMPLE_RATE_HZ
                    || format.getChannels() != 1
                    || format.getSampleSizeInBits() != 16) {
                throw new IOException(file + " is " + format + ": expected 48 kHz, 16 bits, mono");
            }
            return Recorded.fromS16le(in.readAllBytes(), Short.BYTES);
        } catch (UnsupportedAudioFileException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
