package dev.microphone.standalone.demo;

import java.util.SplittableRandom;

/**
 * The noise of a room with a fan in it: pink noise, the whirr of the blades, and the hum of the mains. The same samples
 * for the same seed.
 */
final class RoomNoise {
    private static final double MAINS_HZ = 50;
    /** Of the hum: fundamental and harmonics, as a transformer gives them. */
    private static final double[] HUM_AMPLITUDES = {0.10, 0.16, 0.05, 0.06, 0.03, 0.03};
    /** Five blades at 23 turns a second. */
    private static final double BLADE_HZ = 115;

    private static final double BLADE_DEPTH = 0.3;

    private RoomNoise() {}

    /** @return samples whose RMS is about 1, to be scaled */
    static float[] make(int samples, int sampleRateHz, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PinkFilter pink = new PinkFilter();
        float[] noise = new float[samples];
        double energy = 0;
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / sampleRateHz;
            double blades = 1 + BLADE_DEPTH * Math.sin(2 * Math.PI * BLADE_HZ * seconds);
            double sample = blades * pink.next(random.nextDouble(-1, 1)) + hum(seconds);
            noise[i] = (float) sample;
            energy += sample * sample;
        }
        float scale = (float) (1 / Math.sqrt(energy / samples));
        for (int i = 0; i < samples; i++) {
            noise[i] *= scale;
        }
        return noise;
    }

    private static double hum(double seconds) {
        double sum = 0;
        for (int harmonic = 1; harmonic <= HUM_AMPLITUDES.length; harmonic++) {
            sum += HUM_AMPLITUDES[harmonic - 1] * Math.sin(2 * Math.PI * MAINS_HZ * harmonic * seconds);
        }
        return sum;
    }

    /**
     * White to pink, −3 dB an octave, right to within 0.05 dB above 9 Hz at 44.1 kHz.
     *
     * @see <a href="https://www.firstpr.com.au/dsp/pink-noise/">Paul Kellet's refined method</a>
     */
    private static final class PinkFilter {
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
}
