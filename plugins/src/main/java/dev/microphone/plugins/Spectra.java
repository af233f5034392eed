package dev.microphone.plugins;

/** Convolution and correlation by FFT, for tests and benchmarks. */
final class Spectra {
    private Spectra() {}

    static int powerOfTwo(int atLeast) {
        return atLeast <= 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
    }

    /** The first {@code length} samples of a * b. */
    static double[] convolve(double[] a, double[] b, int length) {
        int size = powerOfTwo(a.length + b.length);
        return java.util.Arrays.copyOf(product(a, b, size, false), length);
    }

    /** result[lag] = sum over i of a[i + lag] b[i]; negative lags stand at the end. */
    static double[] correlate(double[] a, double[] b, int size) {
        return product(a, b, size, true);
    }

    private static double[] product(double[] a, double[] b, int size, boolean conjugateB) {
        double[] aRe = java.util.Arrays.copyOf(a, size);
        double[] aIm = new double[size];
        double[] bRe = java.util.Arrays.copyOf(b, size);
        double[] bIm = new double[size];
        transform(aRe, aIm);
        transform(bRe, bIm);
        double sign = conjugateB ? -1 : 1;
        for (int i = 0; i < size; i++) {
            double re = aRe[i] * bRe[i] - sign * aIm[i] * bIm[i];
            double im = sign * aRe[i] * bIm[i] + aIm[i] * bRe[i];
            // Conjugated, so that the forward transform goes back.
            aRe[i] = re;
            aIm[i] = -im;
        }
        transform(aRe, aIm);
        for (int i = 0; i < size; i++) {
            aRe[i] /= size;
        }
        return aRe;
    }

    private static void transform(double[] re, double[] im) {
        int size = re.length;
        for (int i = 1, j = 0; i < size; i++) {
            int bit = size >> 1;
            for (; (j & bit) != 0; bit >>= 1) {
                j ^= bit;
            }
            j ^= bit;
            if (i < j) {
                double swapped = re[i];
                re[i] = re[j];
                re[j] = swapped;
                swapped = im[i];
                im[i] = im[j];
                im[j] = swapped;
            }
        }
        double[] cosine = new double[size / 2];
        double[] sine = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            cosine[i] = Math.cos(2 * Math.PI * i / size);
            sine[i] = -Math.sin(2 * Math.PI * i / size);
        }
        for (int half = 1; half < size; half *= 2) {
            int stride = size / (2 * half);
            for (int start = 0; start < size; start += 2 * half) {
                for (int i = 0; i < half; i++) {
                    int even = start + i;
                    int odd = even + half;
                    double c = cosine[i * stride];
                    double s = sine[i * stride];
                    double oddRe = c * re[odd] - s * im[odd];
                    double oddIm = c * im[odd] + s * re[odd];
                    re[odd] = re[even] - oddRe;
                    im[odd] = im[even] - oddIm;
                    re[even] += oddRe;
                    im[even] += oddIm;
                }
            }
        }
    }
}
