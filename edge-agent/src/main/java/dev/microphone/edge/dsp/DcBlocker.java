package dev.microphone.edge.dsp;

/**
 * Takes away the constant offset of one channel: a first-order high-pass at 5 Hz, an octave and more under any voice.
 * No delay.
 *
 * <p>It subtracts a running mean. I2S microphones have offsets of several per cent of full scale; a filter that starts
 * from zero would let that step through as a thump of 0.1 s. So the mean starts as the plain average of all samples so
 * far and turns into the exponential one when that has reached its time constant of 32 ms (the gain of a Kalman filter
 * for a constant, which is 1/n, held at its final value).
 */
final class DcBlocker {
    static final double CORNER_HZ = 5.0;
    /** −240 dBFS. Below it the mean is set to zero, or it would decay into denormal numbers, which are slow. */
    private static final double NOTHING = 1e-12;

    private final double finalGain;
    private double gain = 1;
    private double samples;
    private double mean;

    DcBlocker(int sampleRateHz) {
        this.finalGain = 1 - Math.exp(-2 * Math.PI * CORNER_HZ / sampleRateHz);
    }

    void process(float[] x, int count) {
        double m = mean;
        for (int i = 0; i < count; i++) {
            if (gain > finalGain) {
                samples++;
                gain = Math.max(finalGain, 1 / samples);
            }
            m += gain * (x[i] - m);
            if (Math.abs(m) < NOTHING) {
                m = 0;
            }
            x[i] = (float) (x[i] - m);
        }
        mean = m;
    }
}
