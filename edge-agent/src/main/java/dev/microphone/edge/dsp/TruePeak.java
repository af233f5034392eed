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

    /** Coefficients a tap: even and odd part of phases 1 to 3, and phase 4. */
    private static final int PARTS = 7;

    private static final float[] TABLE = table();
    /** No waveform can be higher between samples than this times the highest of the {@link #TAPS} samples around. */
    static final float MAX_OVERSHOOT = maxOvershoot();

    private TruePeak() {}

    /**
     * Highest magnitude between the two middle ones of the {@link #TAPS} samples that end with {@code last}.
     *
     * <p>Phase 8 − p is phase p mirrored. With the taps split into their even and odd part, one sum of each gives both
     * phases: half the multiplications.
     */
    static float between(float[] x, int last) {
        int first = last - TAPS + 1;
        float even1 = 0;
        float odd1 = 0;
        float even2 = 0;
        float odd2 = 0;
        float even3 = 0;
        float odd3 = 0;
        float middle = 0;
        for (int k = 0, at = 0; k < HALF; k++, at += PARTS) {
            float sum = x[first + k] + x[last - k];
            float difference = x[first + k] - x[last - k];
            even1 += TABLE[at] * sum;
            odd1 += TABLE[at + 1] * difference;
            even2 += TABLE[at + 2] * sum;
            odd2 += TABLE[at + 3] * difference;
            even3 += TABLE[at + 4] * sum;
            odd3 += TABLE[at + 5] * difference;
            middle += TABLE[at + 6] * sum;
        }
        // The larger of |e + o| and |e − o| is |e| + |o|.
        float peak1 = Math.abs(even1) + Math.abs(odd1);
        float peak2 = Math.abs(even2) + Math.abs(odd2);
        float peak3 = Math.abs(even3) + Math.abs(odd3);
        return Math.max(Math.max(peak1, peak2), Math.max(peak3, Math.abs(middle)));
    }

    private static double tap(int phase, int k) {
        return new KaiserSinc(1, HALF, ATTENUATION_DB).at(k - HALF + 1 - (double) phase / OVERSAMPLING);
    }

    private static float[] table() {
        float[] table = new float[HALF * PARTS];
        for (int k = 0; k < HALF; k++) {
            for (int phase = 1; phase <= OVERSAMPLING / 2; phase++) {
                double tap = tap(phase, k);
                double mirrored = tap(phase, TAPS - 1 - k);
                int at = k * PARTS + 2 * (phase - 1);
                table[at] = (float) ((tap + mirrored) / 2);
                if (phase < OVERSAMPLING / 2) {
                    table[at + 1] = (float) ((tap - mirrored) / 2);
                }
            }
        }
        return table;
    }

    private static float maxOvershoot() {
        double max = 1;
        for (int phase = 1; phase < OVERSAMPLING; phase++) {
            double sum = 0;
            for (int k = 0; k < TAPS; k++) {
                sum += Math.abs(tap(phase, k));
            }
            max = Math.max(max, sum);
        }
        return (float) max;
    }
}
