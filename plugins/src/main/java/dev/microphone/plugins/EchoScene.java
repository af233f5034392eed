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
 * end are equally loud there. First the far end speaks alone, then both do.
 */
public final class EchoScene {
    private static final Path VOICES = Path.of("/usr/share/sounds/alsa");
    private static final ShoeboxRoom ROOM = new ShoeboxRoom(5, 4, 3, 0.3);
    private static final Place MICROPHONE = new Place(2.45, 1.85, 1.3);
    private static final Place LOUDSPEAKER = new Place(2.1, 1.7, 1.2);
    private static final Place TALKER = new Place(2.95, 2.3, 1.45);
    private static final double LEVEL_RMS = 1500;
    /** What makes high frequencies a little less late than low ones, as band splits do, may begin earlier. */
    private static final int ROOM_FOR_EARLY_SAMPLES = 16;

    /**
     * What is left of the echo, and what has become of the near end, in dB.
     *
     * @param erleDb echo return loss enhancement while the far end speaks alone, from the second half of that time: what
     *     the canceller takes off the level
     * @param siSdrDb while both speak: the near end to all else, sample for sample, whatever its level (J. Le Roux and
     *     others, "SDR - half-baked or well done?", ICASSP 2019). A filter's phase, which nobody hears, counts as error
     * @param sdrDb the same with any filter of 512 taps allowed: signal to distortion ratio of BSS Eval
     * @param sirDb while both speak: the near end to the echo, through such filters
     * @param nearGainDb while both speak: how loud the near end still is, 0 as it was. The ratios do not tell: they are
     *     the same for a near end at any level
     */
    public record Outcome(double erleDb, double siSdrDb, double sdrDb, double sirDb, double nearGainDb) {}

    private static final double NOISE = 6;

    private final double[] far;
    private final double[] near;
    private final double[] echo;
    private final double[] noise;
    private final int nearFrom;

    /** Real voices where Debian's alsa-utils are installed. */
    public static boolean hasVoices() {
        return Files.exists(VOICES.resolve("Front_Center.wav"));
    }

    /**
     * @param samples of the whole
     * @param delayMillis between the reference and the loudspeaker
     * @param nearFrom first sample at which the near end speaks
     * @throws IOException when the voices cannot be read
     */
    public EchoScene(int samples, int delayMillis, int nearFrom) throws IOException {
        this.nearFrom = nearFrom;
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

    /** @return what the loudspeaker plays, canonical audio */
    public byte[] farPcm() {
        return Pcm.stereo(far.length, i -> far[i], i -> far[i]);
    }

    /** @return what the microphone hears, as long */
    public byte[] microphonePcm() {
        return Pcm.stereo(far.length, i -> near[i] + echo[i] + noise[i], i -> near[i] + echo[i] + noise[i]);
    }

    /**
     * Judges what a canceller made of {@link #microphonePcm}; the left channel counts.
     *
     * @param out as long as the input, or up to a frame shorter
     * @param latencySamples how late it is
     */
    public Outcome judge(byte[] out, int latencySamples) {
        double[] heard = doubles(out);
        double[] in = doubles(microphonePcm());
        int alone = nearFrom / 2;
        double erleDb = decibels(power(in, alone, nearFrom) / power(heard, alone + latencySamples, nearFrom));
        int length = heard.length - nearFrom - latencySamples;
        if (length <= 0) {
            return new Outcome(erleDb, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        double[] target = part(near, nearFrom, length);
        int earlier = Math.min(latencySamples, ROOM_FOR_EARLY_SAMPLES);
        BssEval eval = new BssEval(target, part(echo, nearFrom, length));
        double[] estimate = part(heard, nearFrom + latencySamples - earlier, length);
        BssEval.Ratios ratios = eval.evaluate(estimate, 0);
        double siSdrDb = siSdrDb(target, part(heard, nearFrom + latencySamples, length));
        return new Outcome(erleDb, siSdrDb, ratios.sdrDb(), ratios.sirDb(), eval.gainDb(estimate, 0));
    }

    private static double siSdrDb(double[] target, double[] heard) {
        double product = 0;
        for (int i = 0; i < target.length; i++) {
            product += target[i] * heard[i];
        }
        double signal = product * product / (power(target, 0, target.length) * target.length);
        return decibels(signal / (power(heard, 0, heard.length) * heard.length - signal));
    }

    private static double power(double[] samples, int from, int to) {
        return Arrays.stream(samples, from, to).map(x -> x * x).average().orElseThrow() + 1e-9;
    }

    private static double decibels(double ratio) {
        return 10 * Math.log10(ratio);
    }

    private static double[] part(double[] samples, int from, int length) {
        return Arrays.copyOfRange(samples, from, from + length);
    }

    private static double[] doubles(byte[] pcm) {
        short[] samples = Pcm.channel(pcm, 0);
        double[] doubles = new double[samples.length];
        Arrays.setAll(doubles, i -> samples[i]);
        return doubles;
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
        double factor = LEVEL_RMS / Math.sqrt(power(heard, 0, heard.length));
        return Arrays.stream(heard).map(x -> factor * x).toArray();
    }
}
