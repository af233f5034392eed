package dev.microphone.standalone.measure;

/**
 * Discrete Fourier transform of a power of two, in place: decimation in time, radix 2 (Cooley and Tukey, 1965).
 * Accurate to about 1e-13 of the largest value at 2,048 points. One thread at a time.
 */
final class Fft {
    private final int size;
    private final double[] cosines;
    private final double[] sines;

    /** @param size points; a power of two, at least 2 */
    Fft(int size) {
        if (size < 2 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("transform size " + size + ": must be a power of two, at least 2");
        }
        this.size = size;
        cosines = new double[size / 2];
        sines = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            cosines[i] = Math.cos(2 * Math.PI * i / size);
            sines[i] = -Math.sin(2 * Math.PI * i / size);
        }
    }

    /** Replaces the values by their spectrum: unscaled, bin {@code k} at {@code k / size} of the sample rate. */
    void transform(double[] real, double[] imaginary) {
        reorder(real, imaginary);
        for (int half = 1; half < size; half *= 2) {
            int stride = size / (2 * half);
            for (int start = 0; start < size; start += 2 * half) {
                for (int k = 0; k < half; k++) {
                    butterfly(real, imaginary, start + k, start + k + half, k * stride);
                }
            }
        }
    }

    private void butterfly(double[] real, double[] imaginary, int upper, int lower, int twiddle) {
        double cosine = cosines[twiddle];
        double sine = sines[twiddle];
        double turnedReal = real[lower] * cosine - imaginary[lower] * sine;
        double turnedImaginary = real[lower] * sine + imaginary[lower] * cosine;
        real[lower] = real[upper] - turnedReal;
        imaginary[lower] = imaginary[upper] - turnedImaginary;
        real[upper] += turnedReal;
        imaginary[upper] += turnedImaginary;
    }

    private void reorder(double[] real, double[] imaginary) {
        int shift = Integer.numberOfLeadingZeros(size) + 1;
        for (int i = 0; i < size; i++) {
            int j = Integer.reverse(i) >>> shift;
            if (i < j) {
                double swap = real[i];
                real[i] = real[j];
                real[j] = swap;
                swap = imaginary[i];
                imaginary[i] = imaginary[j];
                imaginary[j] = swap;
            }
        }
    }
}
