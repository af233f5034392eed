package dev.microphone.edge.dsp;

/**
 * A low-pass filter as a continuous function of time: a sinc under a Kaiser window.
 *
 * <p>Design after J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", IEEE ISCAS 1974
 * (formulas as in Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd ed., section 7.6):
 * β = 0.1102 (A − 8.7), length = (A − 7.95) / (14.36 Δf/fs).
 *
 * <p>Goal of the resampler's filter: pass up to 20 kHz (or 90.7 % of the lower Nyquist frequency, whichever is less: at 44,100 Hz both are the
 * same), stop from the lower Nyquist frequency on. So an image or alias of <em>any</em> input up to Nyquist is stopped,
 * also those between 20 kHz and Nyquist that nobody hears. A = 130 dB keeps the sum of all images under the −120 dB
 * that THD+N is measured at. The price is a length of 184 input samples, 2.1 ms of delay at 44.1 kHz.
 */
final class KaiserSinc {
    private static final double STOP_BAND_ATTENUATION_DB = 130.0;
    private static final double AUDIBLE_HZ = 20_000.0;
    private static final double PASS_BAND_SHARE = 20_000.0 / 22_050.0;

    private final double beta;
    private final double windowCentre;
    private final double bandwidth;
    private final int halfLength;

    /**
     * A filter of a stated length.
     *
     * @param bandwidth where it falls to a half, 1: at the input's Nyquist frequency
     * @param halfLength in input samples
     * @param attenuationDb of the stop band, over 50 dB
     */
    KaiserSinc(double bandwidth, int halfLength, double attenuationDb) {
        this.beta = 0.1102 * (attenuationDb - 8.7);
        this.windowCentre = besselI0(beta);
        this.bandwidth = bandwidth;
        this.halfLength = halfLength;
    }

    /** Designs the resampler's filter from one rate to another. */
    static KaiserSinc between(int inputRateHz, int outputRateHz) {
        double stopHz = Math.min(inputRateHz, outputRateHz) / 2.0;
        double passHz = Math.min(AUDIBLE_HZ, PASS_BAND_SHARE * stopHz);
        double transition = (stopHz - passHz) / inputRateHz;
        double length = (STOP_BAND_ATTENUATION_DB - 7.95) / (14.36 * transition);
        return new KaiserSinc((stopHz + passHz) / inputRateHz, (int) Math.ceil(length / 2), STOP_BAND_ATTENUATION_DB);
    }

    /** Half of the filter's length in input samples: {@link #at} is 0 from there on. */
    int halfLength() {
        return halfLength;
    }

    /**
     * The impulse response; its values at distances of one input sample add up to 1.
     *
     * @param time in input samples from the centre
     */
    double at(double time) {
        double relative = time / halfLength;
        double underRoot = 1 - relative * relative;
        if (underRoot <= 0) {
            return 0;
        }
        double window = besselI0(beta * Math.sqrt(underRoot)) / windowCentre;
        double angle = Math.PI * bandwidth * time;
        double sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
        return bandwidth * sinc * window;
    }

    /** Modified Bessel function of the first kind, order 0, by its power series (Abramowitz and Stegun 9.6.12). */
    static double besselI0(double x) {
        double quarterSquare = x * x / 4;
        double sum = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= quarterSquare / ((double) k * k);
            sum += term;
        }
        return sum;
    }
}
