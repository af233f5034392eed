package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Real voices, and sox: what the plugins' output is compared with. */
final class SoundTools {
    private static final Path SOX = Path.of("/usr/bin/sox");
    private static final Path VOICES = Path.of("/usr/share/sounds/alsa");
    private static final List<String> FORMAT =
            List.of("-t", "raw", "-r", "48000", "-e", "signed", "-b", "16", "-L", "-c", "2");

    private SoundTools() {}

    /** What sox makes of it, rounded without dither; the test is skipped where there is no sox. */
    static byte[] sox(byte[] pcm, String effects) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(SOX), "needs sox (Debian package sox)");
        Path in = Files.createTempFile("microphone-sox", ".in");
        Path out = Files.createTempFile("microphone-sox", ".out");
        try {
            Files.write(in, pcm);
            List<String> command = new ArrayList<>(List.of(SOX.toString(), "-D"));
            command.addAll(FORMAT);
            command.add(in.toString());
            command.addAll(FORMAT);
            command.add(out.toString());
            command.addAll(Arrays.asList(effects.split(" ", -1)));
            Process process = new ProcessBuilder(command).inheritIO().start();
            assertEquals(0, process.waitFor(), () -> "sox " + effects);
            return Files.readAllBytes(out);
        } finally {
            Files.delete(in);
            Files.delete(out);
        }
    }

    /** A woman who says where the loudspeaker stands, 12 s with pauses; the test is skipped where she is not installed. */
    static byte[] voices() throws IOException {
        assumeTrue(Files.isDirectory(VOICES), "needs recorded voices (Debian package alsa-utils)");
        List<Path> files;
        try (Stream<Path> all = Files.list(VOICES)) {
            files = all.filter(file -> file.toString().endsWith(".wav") && !file.endsWith("Noise.wav"))
                    .sorted()
                    .toList();
        }
        int pause = Pcm.RATE_HZ / 2 * Pcm.BYTES_PER_PAIR;
        byte[] joined = new byte[pause];
        for (Path file : files) {
            byte[] voice = Pcm.dualMonoOfWav(file);
            int at = joined.length;
            joined = Arrays.copyOf(joined, at + voice.length + pause);
            System.arraycopy(voice, 0, joined, at, voice.length);
        }
        int frame = 960 * Pcm.BYTES_PER_PAIR;
        return Arrays.copyOf(joined, joined.length / frame * frame);
    }

    /** RMS in dB of 16-bit steps for each 20 ms of the left channel; silence is -20. */
    static double[] levelsDb(byte[] pcm) {
        short[] left = Pcm.channel(pcm, 0);
        double[] levels = new double[left.length / 960];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = 20 * Math.log10(Math.max(0.1, Pcm.rms(left, 960 * i, 960 * (i + 1))));
        }
        return levels;
    }

    /** Amplitude of a tone in the left channel over the second that starts at `from`; the tone has whole periods there. */
    static double amplitude(byte[] pcm, int from, double toneHz) {
        short[] left = Pcm.channel(pcm, 0);
        double omega = 2 * Math.PI * toneHz / Pcm.RATE_HZ;
        double sine = 0;
        double cosine = 0;
        for (int i = from; i < from + Pcm.RATE_HZ; i++) {
            sine += left[i] * Math.sin(omega * i);
            cosine += left[i] * Math.cos(omega * i);
        }
        return 2 * Math.hypot(sine, cosine) / Pcm.RATE_HZ;
    }

    /** The largest second difference of the left channel: a step or a corner in the waveform makes it large. */
    static int sharpest(byte[] pcm) {
        short[] left = Pcm.channel(pcm, 0);
        int largest = 0;
        for (int i = 2; i < left.length; i++) {
            largest = Math.max(largest, Math.abs(left[i] - 2 * left[i - 1] + left[i - 2]));
        }
        return largest;
    }
}
