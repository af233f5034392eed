package dev.microphone.standalone.demo;

import dev.microphone.edge.dsp.Resampler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** What the demo's microphone hears: a voice, the noise around it, and both together. 48 kHz, mono. */
public final class DemoAudio {
    static final int SAMPLE_RATE_HZ = 48_000;
    /** Loud enough that one has to listen, soft enough that every word is understood. */
    static final double SNR_DB = 5;

    private static final String TEXT =
            "Hello. You hear my voice in the noise of a fan. Then Microphone takes the noise away.";
    /** Noise alone before and behind the words, so that one hears it and sees it go. */
    private static final double PAUSE_SECONDS = 0.6;

    private static final double VOICE_RMS_DBFS = -26;
    /** Speech level is taken over the louder blocks only: pauses between words are not speech. */
    private static final double ACTIVE_BELOW_PEAK_DB = 35;

    private static final int BLOCK_SAMPLES = SAMPLE_RATE_HZ / 50;
    private static final long SEED = 20_080_519;

    private final float[] voice;
    private final float[] noisy;

    private DemoAudio(float[] voice, float[] noisy) {
        this.voice = voice;
        this.noisy = noisy;
    }

    /**
     * Speaks, adds the noise.
     *
     * @param seconds how much of it; more than a sentence takes repeats the sentence; 0: one sentence
     */
    public static DemoAudio make(double seconds) {
        return mix(withPauses(spoken()), seconds, RoomNoise.FAN, SNR_DB);
    }

    /**
     * A voice in noise.
     *
     * @param sentence 48 kHz, any level
     * @param seconds of it, 0: all
     * @param snrDb level of speech, where someone speaks, over that of the noise
     */
    static DemoAudio mix(float[] sentence, double seconds, RoomNoise kind, double snrDb) {
        scaleToLevel(sentence);
        int length = seconds == 0 ? sentence.length : (int) Math.round(seconds * SAMPLE_RATE_HZ);
        float[] voice = new float[length];
        for (int start = 0; start < length; start += sentence.length) {
            System.arraycopy(sentence, 0, voice, start, Math.min(sentence.length, length - start));
        }
        float[] noise = kind.make(length, SAMPLE_RATE_HZ, SEED);
        float noiseRms = (float) Math.pow(10, (VOICE_RMS_DBFS - snrDb) / 20);
        float[] noisy = new float[length];
        for (int i = 0; i < length; i++) {
            noisy[i] = voice[i] + noiseRms * noise[i];
        }
        return new DemoAudio(voice, noisy);
    }

    /** The voice alone. */
    public float[] voice() {
        return voice;
    }

    /** What the microphone hears. */
    public float[] noisy() {
        return noisy;
    }

    /** Writes what the microphone hears, as 16-bit WAV. */
    void writeNoisy(Path file) throws IOException {
        byte[] pcm = new byte[noisy.length * 2];
        for (int i = 0; i < noisy.length; i++) {
            int sample = Math.clamp(Math.round(noisy[i] * 32_768), Short.MIN_VALUE, Short.MAX_VALUE);
            pcm[2 * i] = (byte) sample;
            pcm[2 * i + 1] = (byte) (sample >> 8);
        }
        AudioFormat format = new AudioFormat(SAMPLE_RATE_HZ, 16, 1, true, false);
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(pcm), format, noisy.length),
                AudioFileFormat.Type.WAVE,
                file.toFile());
    }

    private static float[] spoken() {
        byte[] pcm = SpokenVoice.say(TEXT);
        float[] spoken = new float[pcm.length / 2];
        for (int i = 0; i < spoken.length; i++) {
            spoken[i] = (short) ((pcm[2 * i] & 0xff) | (pcm[2 * i + 1] << 8)) / 32_768f;
        }
        return to48Kilohertz(spoken);
    }

    private static float[] withPauses(float[] words) {
        int pause = (int) (PAUSE_SECONDS * SAMPLE_RATE_HZ);
        float[] sentence = new float[words.length + 2 * pause];
        System.arraycopy(words, 0, sentence, pause, words.length);
        return sentence;
    }

    private static float[] to48Kilohertz(float[] spoken) {
        Resampler resampler = Resampler.create(SpokenVoice.SAMPLE_RATE_HZ);
        float[] output = new float[resampler.maxOutput(spoken.length) + resampler.maxOutput(resampler.tailSamples())];
        int count = resampler.process(spoken, 0, spoken.length, output, 0);
        count += resampler.finish(output, count);
        return Arrays.copyOf(output, count);
    }

    /** Brings the RMS of the blocks in which someone speaks to {@link #VOICE_RMS_DBFS}. */
    private static void scaleToLevel(float[] words) {
        double[] energies = new double[words.length / BLOCK_SAMPLES];
        for (int i = 0; i < energies.length * BLOCK_SAMPLES; i++) {
            energies[i / BLOCK_SAMPLES] += words[i] * words[i];
        }
        double threshold = Arrays.stream(energies).max().orElse(0) * Math.pow(10, -ACTIVE_BELOW_PEAK_DB / 10);
        double activeEnergy = Arrays.stream(energies)
                .filter(energy -> energy >= threshold)
                .average()
                .orElse(0);
        double rms = Math.sqrt(activeEnergy / BLOCK_SAMPLES);
        float scale = (float) (Math.pow(10, VOICE_RMS_DBFS / 20) / rms);
        for (int i = 0; i < words.length; i++) {
            words[i] *= scale;
        }
    }
}
