package dev.microphone.plugins;

import dev.microphone.plugins.ShoeboxRoom.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A loudspeaker and a microphone in one room: far end, near end and what the microphone hears, 48 kHz, one channel.
 *
 * <p>Room: 5 × 4 × 3 m, RT60 0.3 s. The loudspeaker stands 0.4 m from the microphone, the talker 0.7 m; echo and near
 * end are equally loud there.
 */
final class EchoScene {
    private static final Path VOICES = Path.of("/usr/share/sounds/alsa");
    private static final ShoeboxRoom ROOM = new ShoeboxRoom(5, 4, 3, 0.3);
    private static final Place MICROPHONE = new Place(2.45, 1.85, 1.3);
    private static final Place LOUDSPEAKER = new Place(2.1, 1.7, 1.2);
    private static final Place TALKER = new Place(2.95, 2.3, 1.45);
    private static final double LEVEL_RMS = 1500;
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
        double[] late = new double[samples];
        int delaySamples = delayMillis * Pcm.RATE_HZ / 1000;
        System.arraycopy(far, 0, late, delaySamples, samples - delaySamples);
        echo = inRoom(late, LOUDSPEAKER);
        double[] talk = inRoom(voice(samples, "Rear_Right", "Side_Right", "Front_Left", "Rear_Center"), TALKER);
        near = new double[samples];
        System.arraycopy(talk, nearFrom, near, nearFrom, samples - nearFrom);
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

    private static double[] inRoom(double[] source, Place place) {
        double[] heard = Spectra.convolve(source, ROOM.response(place, MICROPHONE), source.length);
        double power = Arrays.stream(heard).map(x -> x * x).average().orElseThrow();
        double factor = LEVEL_RMS / Math.sqrt(power);
        return Arrays.stream(heard).map(x -> factor * x).toArray();
    }
}
