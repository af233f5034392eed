package dev.microphone.router.sink.flac;

/**
 * Predicts a sample from up to eight before it: autocorrelation of the windowed block, Levinson-Durbin recursion, the
 * order with the fewest expected bits, coefficients quantised with error feedback. One thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9639#section-9.2.6">RFC 9639, section 9.2.6</a>
 */
final class LinearPredictor {
    /** As {@code flac -5}: higher orders gain little on speech and cost as much time again. */
    private static final int MAX_ORDER = 8;
    /** Sign included. Two less cost a fifth of a pure tone's size; more gain nothing on voices. */
    private static final int COEFFICIENT_BITS = 14;

    private static final int MAX_SHIFT = 15;
    /**
     * Eight coefficients of 13 bits and a sign times 17-bit samples, shifted by this, stay within 28 bits: no residual
     * overflows. A stable predictor of order 8 has coefficients of at most 70, far from it.
     */
    private static final int MIN_SHIFT = 4;

    private static final double TAPERED_PART = 0.5;

    private final double[] window = new double[FlacEncoder.BLOCK_SAMPLES];
    private final double[] windowed = new double[FlacEncoder.BLOCK_SAMPLES];
    private final double[] autocorrelation = new double[MAX_ORDER + 1];
    private final double[] recursion = new double[MAX_ORDER];
    private final double[][] coefficients = new double[MAX_ORDER][MAX_ORDER];
    private final double[] errors = new double[MAX_ORDER];
    private final int[] quantised = new int[MAX_ORDER];
    private int windowSamples;
    private int order;
    private int shift;

    /** @return whether a predictor was found that can be coded; its order and coefficients are then set */
    boolean fit(int[] signal, int samples, int bits) {
        correlate(signal, samples);
        if (autocorrelation[0] <= 0) {
            return false;
        }
        int orders = recurse();
        if (orders == 0) {
            return false;
        }
        order = bestOrder(orders, samples, bits);
        return quantise(coefficients[order - 1]);
    }

    private void correlate(int[] signal, int samples) {
        if (windowSamples != samples) {
            fillTukeyWindow(samples);
        }
        for (int i = 0; i < samples; i++) {
            windowed[i] = signal[i] * window[i];
        }
        for (int lag = 0; lag <= MAX_ORDER; lag++) {
            double even = 0;
            double odd = 0;
            int i = lag;
            for (; i + 1 < samples; i += 2) {
                even += windowed[i] * windowed[i - lag];
                odd += windowed[i + 1] * windowed[i + 1 - lag];
            }
            if (i < samples) {
                even += windowed[i] * windowed[i - lag];
            }
            autocorrelation[lag] = even + odd;
        }
    }

    private void fillTukeyWindow(int samples) {
        windowSamples = samples;
        double taper = TAPERED_PART / 2 * (samples - 1);
        for (int i = 0; i < samples; i++) {
            double fromEdge = Math.min(i, samples - 1 - i);
            window[i] = fromEdge >= taper ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * fromEdge / taper);
        }
    }

    /** @return how many orders were found: fewer than the most where the prediction has become exact */
    private int recurse() {
        double error = autocorrelation[0];
        for (int i = 0; i < MAX_ORDER; i++) {
            double reflection = -autocorrelation[i + 1];
            for (int j = 0; j < i; j++) {
                reflection -= recursion[j] * autocorrelation[i - j];
            }
            reflection /= error;
            recursion[i] = reflection;
            for (int j = 0; j < i / 2; j++) {
                double low = recursion[j];
                double high = recursion[i - 1 - j];
                recursion[j] = low + reflection * high;
                recursion[i - 1 - j] = high + reflection * low;
            }
            if (i % 2 != 0) {
                recursion[i / 2] += recursion[i / 2] * reflection;
            }
            error *= 1 - reflection * reflection;
            for (int j = 0; j <= i; j++) {
                coefficients[i][j] = -recursion[j];
            }
            errors[i] = error;
            if (error <= 0) {
                return i + 1;
            }
        }
        return MAX_ORDER;
    }

    private int bestOrder(int orders, int samples, int bits) {
        int best = 1;
        double least = Double.MAX_VALUE;
        // Rice-coded Laplacian residual: half the logarithm of its variance, in bits a sample.
        double scale = 0.5 * Math.log(2) * Math.log(2) / samples;
        for (int candidate = 1; candidate <= orders; candidate++) {
            double bitsPerSample = errors[candidate - 1] > 0
                    ? Math.max(0, 0.5 * Math.log(scale * errors[candidate - 1]) / Math.log(2))
                    : 0;
            double total = bitsPerSample * (samples - candidate) + candidate * (double) (bits + COEFFICIENT_BITS);
            if (total < least) {
                least = total;
                best = candidate;
            }
        }
        return best;
    }

    private boolean quantise(double[] exact) {
        double largest = 0;
        for (int i = 0; i < order; i++) {
            largest = Math.max(largest, Math.abs(exact[i]));
        }
        if (largest <= 0 || !Double.isFinite(largest)) {
            return false;
        }
        int magnitudeBits = Math.getExponent(largest) + 1;
        shift = Math.min(COEFFICIENT_BITS - 1 - magnitudeBits, MAX_SHIFT);
        if (shift < MIN_SHIFT) {
            return false;
        }
        int limit = (1 << (COEFFICIENT_BITS - 1)) - 1;
        double carried = 0;
        for (int i = 0; i < order; i++) {
            carried += exact[i] * (1 << shift);
            int rounded = Math.clamp(Math.round(carried), -limit - 1, limit);
            carried -= rounded;
            quantised[i] = rounded;
        }
        return true;
    }

    void residual(int[] signal, int samples, int[] residual) {
        for (int i = order; i < samples; i++) {
            long sum = 0;
            for (int j = 0; j < order; j++) {
                sum += (long) quantised[j] * signal[i - 1 - j];
            }
            residual[i] = (int) (signal[i] - (sum >> shift));
        }
    }

    int order() {
        return order;
    }

    /** Bits of warm-up samples, precision, shift and coefficients. */
    long headerBits(int sampleBits) {
        return (long) order * (sampleBits + COEFFICIENT_BITS) + 4 + 5;
    }

    void writeCoefficients(BitOutput out) {
        out.write(COEFFICIENT_BITS - 1, 4);
        out.write(shift, 5);
        for (int i = 0; i < order; i++) {
            out.write(quantised[i], COEFFICIENT_BITS);
        }
    }
}
