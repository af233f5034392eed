package dev.microphone.standalone.sdk;

import dev.microphone.transport.frame.CanonicalAudio;
import java.util.SplittableRandom;

/** What a plugin is measured with: its time may depend on what it hears. */
enum BenchInput {
    /** A hum with noise, the same on both sides: most microphones. */
    DUAL_MONO("dual mono"),
    /** Two different voices. */
    STEREO("stereo"),
    SILENCE("silence"),
    /** As loud as 16 bits go, different on both sides. */
    FULL_SCALE_NOISE("full-scale noise");

    private static final long SEED = 1;

    private final String label;

    BenchInput(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Canonical audio, the same bytes each time. */
    byte[] pcm(int samples) {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] pcm = new byte[samples * CanonicalAudio.BLOCK_LENGTH];
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / CanonicalAudio.SAMPLE_RATE_HZ;
            int left = switch (this) {
                case DUAL_MONO, STEREO -> (int) voice(seconds, 140, random);
                case SILENCE -> 0;
                case FULL_SCALE_NOISE -> random.nextInt(-32_768, 32_768);
            };
            int right = switch (this) {
                case DUAL_MONO, SILENCE -> left;
                case STEREO -> (int) voice(seconds, 210, random);
                case FULL_SCALE_NOISE -> random.nextInt(-32_768, 32_768);
            };
            put(pcm, 4 * i, left);
            put(pcm, 4 * i + 2, right);
        }
        return pcm;
    }

    /** Half a second of hum, half a second of noise alone: what decides about speech decides both ways. */
    private static double voice(double seconds, double pitchHz, SplittableRandom random) {
        double noise = random.nextDouble(-1_000, 1_000);
        boolean speaks = seconds % 1 < 0.5;
        return noise
                + (speaks
                        ? 6_000 * Math.sin(2 * Math.PI * pitchHz * seconds)
                                + 3_000 * Math.sin(18 * Math.PI * pitchHz * seconds)
                        : 0);
    }

    private static void put(byte[] pcm, int at, int sample) {
        pcm[at] = (byte) sample;
        pcm[at + 1] = (byte) (sample >> 8);
    }
}
