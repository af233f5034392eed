package dev.microphone.standalone.demo;

import java.util.SplittableRandom;

/** What is heard in rooms beside a voice. The same samples for the same seed. */
enum RoomNoise {
    /** Pink noise: as much in each octave. */
    PINK {
        @Override
        double next(PinkFilter pink, double white, double seconds) {
            return pink.next(white);
        }
    },
    /** The mains' hum with its harmonics. */
    HUM {
        @Override
        double next(PinkFilter pink, double white, double seconds) {
            return hum(seconds);
        }
    },
    /** A fan: pink noise, the whirr of the blades, and the hum. */
    FAN {
        @Override
        double next(PinkFilter pink, double white, double seconds) {
            double blades = 1 + BLADE_DEPTH * Math.sin(2 * Math.PI * BLADE_HZ * seconds);
            return blades * pink.next(white) + hum(seconds);
        }
    },
    /** White noise: as much in each Hz, most of it hiss. */
    WHITE {
        @Override
        double next(PinkFilter pink, double white, double seconds) {
            return white;
        }
    };

    private static final double MAINS_HZ = 50;
    /** Of the hum: fundamental and harmonics, as a transformer gives them. */
    private static final double[] HUM_AMPLITUDES = {0.10, 0.16, 0.05, 0.06, 0.03, 0.03};
    /** Five blades at 23 turns a second. */
    private static final double BLADE_HZ = 115;

    private static final double BLADE_DEPTH = 0.3;

    /** @param white a sample of white noise, −1 to 1 */
    abstract double next(PinkFilter pink, double white, double seconds);

    /** @return samples whose RMS is about 1, to be scaled */
    float[] make(int samples, int sampleRateHz, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        PinkFilter pink = new PinkFilter();
        float[] noise = new float[samples];
        double energy = 0;
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / sampleRateHz;
            double sample = next(pink, random.nextDouble(-1, 1), seconds);
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
}
