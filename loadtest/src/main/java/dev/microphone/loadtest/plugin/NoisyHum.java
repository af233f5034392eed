package dev.microphone.loadtest.plugin;

import dev.microphone.transport.frame.CanonicalAudio;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Sound that keeps a noise suppressor busy: a voice-like tone with harmonics that starts and stops as syllables do, in
 * noise. Both channels equal, canonical.
 */
public final class NoisyHum {
    private static final int HARMONICS = 12;
    private static final double SYLLABLE_HZ = 3.5;
    private static final long SEED = 7;

    private NoisyHum() {}

    public static byte[] make(int seconds) {
        int samples = seconds * CanonicalAudio.SAMPLE_RATE_HZ;
        ByteBuffer pcm =
                ByteBuffer.allocate(samples * CanonicalAudio.BLOCK_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(SEED);
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            double time = (double) i / CanonicalAudio.SAMPLE_RATE_HZ;
            double pitchHz = 120 + 30 * Math.sin(2 * Math.PI * 0.7 * time);
            phase += 2 * Math.PI * pitchHz / CanonicalAudio.SAMPLE_RATE_HZ;
            double loudness = Math.max(0, Math.sin(2 * Math.PI * SYLLABLE_HZ * time));
            double voice = 0;
            for (int harmonic = 1; harmonic <= HARMONICS; harmonic++) {
                voice += Math.sin(harmonic * phase) / harmonic;
            }
            short sample = (short) (4_000 * loudness * voice + random.nextDouble(-1_500, 1_500));
            pcm.putShort(sample).putShort(sample);
        }
        return pcm.array();
    }
}
