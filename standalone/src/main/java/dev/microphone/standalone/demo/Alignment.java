package dev.microphone.standalone.demo;

/** Lays a signal under another that it was made from. */
final class Alignment {
    /** So much of the beginning decides: 4 s. */
    private static final int COMPARED_SAMPLES = 4 * DemoAudio.SAMPLE_RATE_HZ;

    private Alignment() {}

    /** @return as many samples as the original has, without the delay; silence where there are no more */
    static float[] align(float[] original, float[] delayed, int maxDelaySamples) {
        int delay = delaySamples(original, delayed, maxDelaySamples);
        float[] aligned = new float[original.length];
        System.arraycopy(delayed, delay, aligned, 0, Math.min(original.length, delayed.length - delay));
        return aligned;
    }

    /**
     * The delay at which the two are most alike (largest cross-correlation).
     *
     * @return 0 to {@code maxDelaySamples}
     */
    static int delaySamples(float[] original, float[] delayed, int maxDelaySamples) {
        int best = 0;
        float bestSum = Float.NEGATIVE_INFINITY;
        for (int delay = 0; delay <= maxDelaySamples; delay++) {
            float sum = 0;
            int end = Math.min(COMPARED_SAMPLES, Math.min(original.length, delayed.length - delay));
            for (int i = 0; i < end; i++) {
                sum += original[i] * delayed[i + delay];
            }
            if (sum > bestSum) {
                bestSum = sum;
                best = delay;
            }
        }
        return best;
    }
}
