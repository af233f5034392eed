package dev.microphone.plugins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A loudspeaker and a microphone in one room: far end, near end and what the microphone hears, 48 kHz, one channel.
 *
 * <p>Room: image method (J. B. Allen, D. A. Berkley, "Image method for efficiently simulating small-room acoustics",
 * JASA 65, 1979), 5 × 4 × 3 m, RT60 0.3 s by Sabine's formula, images up to 100 ms. The loudspeaker stands 0.4 m from
 * the microphone.
 */
final class EchoScene {
    private static final Path VOICES = Path.of("/usr/share/sounds/alsa");
    private static final double SPEED_OF_SOUND = 343;
    private static final double[] ROOM_M = {5, 4, 3};
    private static final double[] LOUDSPEAKER_M = {2.1, 1.7, 1.2};
    private static final double[] MICROPHONE_M = {2.45, 1.85, 1.3};
    private static final double RT60_SECONDS = 0.3;
    private static final double LONGEST_SECONDS = 0.1;
    private static final double NOISE = 6;

    private final double[] far;
    private final double[] near;
    private final double[] echo;
    private final double[] noise;

    /** Real voices where Debian's alsa-utils are installed. */
    static boolean hasVoices() {
        return Files.exists(VOICES.resolve("Front_Center.wav"));
    }

    /**
     * @param delayMillis between the reference and the loudspeaker
     * @param nearFrom first sample at which the near end speaks
     */
    EchoScene(int samples, int delayMillis, int nearFrom) throws IOException {
        far = voice(samples, "Front_Center", "Rear_Left", "Front_Right", "Side_Left");
        double[] talk = voice(samples, "Rear_Right", "Side_Right", "Front_Left", "Rear_Center");
        near = new double[samples];
        System.arraycopy(talk, nearFrom, near, nearFrom, samples - nearFrom);
        echo = inRoom(far, delayMillis * Pcm.RATE_HZ / 1000);
        Random random = new Random(3);
        noise = random.doubles(samples, -NOISE, NOISE).toArray();
    }

    double[] near() {
        return near;
    }

    double[] echo() {
        return echo;
    }

    byte[] farPcm() {
        return Pcm.stereo(far.length, i -> far[i], i -> far[i]);
    }

    byte[] microphonePcm() {
        return Pcm.stereo(far.length, i -> near[i] + echo[i] + noise[i], i -> near[i] + echo[i] + noise[i]);
    }

    private static double[] voice(int samples, String... files) throws IOException {
        List<short[]> words = new ArrayList<>();
        for (String file : files) {
            words.add(Pcm.channel(Pcm.dualMonoOfWav(VOICES.resolve(file + ".wav")), 0));
        }
        double[] voice = new double[samples];
        for (int at = 0, word = 0; at < samples; word++) {
            short[] spoken = words.get(word % words.size());
            for (int i = 0; i < spoken.length && at < samples; i++, at++) {
                voice[at] = 0.4 * spoken[i];
            }
        }
        return voice;
    }

    private static double[] inRoom(double[] source, int delaySamples) {
        double[] heard = new double[source.length];
        double volume = ROOM_M[0] * ROOM_M[1] * ROOM_M[2];
        double surface = 2 * (ROOM_M[0] * ROOM_M[1] + ROOM_M[1] * ROOM_M[2] + ROOM_M[0] * ROOM_M[2]);
        double reflection = Math.sqrt(1 - 0.161 * volume / (surface * RT60_SECONDS));
        int order = (int) (LONGEST_SECONDS * SPEED_OF_SOUND / ROOM_M[2] / 2) + 1;
        for (int x = -order; x <= order; x++) {
            for (int y = -order; y <= order; y++) {
                for (int z = -order; z <= order; z++) {
                    for (int mirrored = 0; mirrored < 8; mirrored++) {
                        addImage(source, heard, delaySamples, reflection, mirrored, x, y, z);
                    }
                }
            }
        }
        return heard;
    }

    private static void addImage(
            double[] source, double[] heard, int delaySamples, double reflection, int mirrored, int... cell) {
        double squared = 0;
        int reflections = 0;
        for (int axis = 0; axis < 3; axis++) {
            int mirror = mirrored >> axis & 1;
            double image = (1 - 2 * mirror) * LOUDSPEAKER_M[axis] + 2 * cell[axis] * ROOM_M[axis];
            squared += (image - MICROPHONE_M[axis]) * (image - MICROPHONE_M[axis]);
            reflections += Math.abs(cell[axis] - mirror) + Math.abs(cell[axis]);
        }
        double metres = Math.sqrt(squared);
        if (metres > LONGEST_SECONDS * SPEED_OF_SOUND) {
            return;
        }
        double gain = 0.4 * Math.pow(reflection, reflections) / metres;
        if (gain < 1e-4) {
            return;
        }
        int late = delaySamples + (int) Math.round(metres / SPEED_OF_SOUND * Pcm.RATE_HZ);
        for (int i = late; i < heard.length; i++) {
            heard[i] += gain * source[i - late];
        }
    }
}
