package dev.microphone.standalone.demo;

/**
 * White to pink, −3 dB an octave, right to within 0.05 dB above 9 Hz at 44.1 kHz.
 *
 * @see <a href="https://www.firstpr.com.au/dsp/pink-noise/">Paul Kellet's refined method</a>
 */
final class PinkFilter {
    private static final double[] POLES = {0.99886, 0.99332, 0.96900, 0.86650, 0.55000, -0.7616};
    private static final double[] GAINS = {0.0555179, 0.0750759, 0.1538520, 0.3104856, 0.5329522, -0.0168980};
    private static final double DIRECT_GAIN = 0.5362;
    private static final double DELAYED_GAIN = 0.115926;

    private final double[] states = new double[POLES.length];
    private double delayed;

    double next(double white) {
        double sum = delayed + white * DIRECT_GAIN;
        for (int i = 0; i < POLES.length; i++) {
            states[i] = POLES[i] * states[i] + white * GAINS[i];
            sum += states[i];
        }
        delayed = white * DELAYED_GAIN;
        return sum;
    }
}
