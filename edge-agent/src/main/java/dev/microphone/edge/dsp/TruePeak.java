package dev.microphone.edge.dsp;

/**
 * The peak of the waveform between two samples (ITU-R BS.1770-4, annex 2), for the limiter.
 *
 * <p>The annex oversamples at least 4 times, and says that 4 times then reads up to 0.6 dB low. A limiter must not read
 * low, so this is 8 times: 0.12 dB low at worst at 20 kHz. The annex's interpolator of 12 taps a phase reads low near
 * Nyquist as well; this one has 48, and falls to a half exactly at Nyquist.
 */
final class TruePeak {
    static final int TAPS = 48;
    static final int HALF = TAPS / 2;
    private static final int OVERSAMPLING = 8;
    private static final double ATTENUATION_DB = 60;

    private static final float[][] PHASES = phases();
    /** No waveform can be higher between samples than this times the highest of the {@link #TAPS} samples around. */
    static final float MAX_OVERSHOOT = maxOvershoot();

    private TruePeak() {}

    /** Highest magnitude between the two middle ones of the {@link #TAPS} samples that end with {@code last}. */
    static float between(float[] x, int last) {
        float peak = 0;
        int first = last - TAPS + 1;
        for (float[] taps : PHASES) {
            float even = 0;
            float odd = 0;
            for (int k = 0; k < TAPS; k += 2) {
                even += taps[k] * x[first + k];
                odd += taps[k + 1] * x[first + k + 1];
            }
            peak = Math.max(peak, Math.abs(even + odd));
        }
        return peak;
    }

    private static float[][] phases() {
        KaiserSinc sinc = new KaiserSinc(1, HALF, ATTENUATION_DB);
        float[][] phases = new float[OVERSAMPLING - 1][TAPS];
        for (int phase = 1; phase < OVERSAMPLING; phase++) {
            for (int k = 0; k < TAPS; k++) {
                phases[phase - 1][k] = (float) sinc.at(k - HALF + 1 - (double) phase / OVERSAMPLING);
            }
        }
        return phases;
    }

    private static float maxOvershoot() {
        float max = 1;
        for (float[] taps : PHASES) {
            float sum = 0;
            for (float tap : taps) {
                sum += Math.abs(tap);
            }
            max = Math.max(max, sum);
        }
        return max;
    }
}
