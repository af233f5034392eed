package dev.microphone.standalone.measure;

/** How far one signal lies behind another that it was made from. */
public final class CrossCorrelation {
    private CrossCorrelation() {}

    /**
     * Where two signals are most alike.
     *
     * @param delaySamples of the second behind the first; less than 0 when it is ahead
     * @param similarity 0 (nothing in common) to 1 (the same but for level and sign)
     */
    public record Match(int delaySamples, double similarity) {}

    /**
     * The largest absolute value of the normalised cross-correlation, by Fourier transform.
     *
     * @param maxDelaySamples either way
     * @return a similarity of 0 when one of them is silent
     */
    public static Match of(float[] first, float[] second, int maxDelaySamples) {
        int length = Math.max(first.length, second.length) + maxDelaySamples;
        int size = Math.max(2, Integer.highestOneBit(Math.max(1, length - 1)) << 1);
        Fft fft = new Fft(size);
        double[] real = new double[size];
        double[] imaginary = new double[size];
        double energies = load(first, real) * load(second, imaginary);
        if (energies == 0) {
            return new Match(0, 0);
        }
        fft.transform(real, imaginary);
        multiply(real, imaginary, size);
        // The inverse of a spectrum whose signal is real: forward, of the conjugate.
        fft.transform(real, imaginary);
        int best = 0;
        double bestValue = 0;
        for (int delay = -maxDelaySamples; delay <= maxDelaySamples; delay++) {
            double value = Math.abs(real[Math.floorMod(delay, size)]);
            if (value > bestValue) {
                bestValue = value;
                best = delay;
            }
        }
        return new Match(best, bestValue / size / Math.sqrt(energies));
    }

    private static double load(float[] samples, double[] target) {
        double energy = 0;
        for (int i = 0; i < samples.length; i++) {
            target[i] = samples[i];
            energy += (double) samples[i] * samples[i];
        }
        return energy;
    }

    /**
     * Both signals came in one transform, one as real and one as imaginary part; by their symmetry each spectrum is told
     * apart. Leaves the conjugate of conj(first) × second.
     */
    private static void multiply(double[] real, double[] imaginary, int size) {
        for (int k = 0; k <= size / 2; k++) {
            int mirrored = (size - k) % size;
            double firstReal = (real[k] + real[mirrored]) / 2;
            double firstImaginary = (imaginary[k] - imaginary[mirrored]) / 2;
            double secondReal = (imaginary[k] + imaginary[mirrored]) / 2;
            double secondImaginary = (real[mirrored] - real[k]) / 2;
            double productReal = firstReal * secondReal + firstImaginary * secondImaginary;
            double productImaginary = firstReal * secondImaginary - firstImaginary * secondReal;
            real[k] = productReal;
            imaginary[k] = -productImaginary;
            real[mirrored] = productReal;
            imaginary[mirrored] = k == mirrored ? -productImaginary : productImaginary;
        }
    }
}
