package dev.microphone.edge.dsp;

/**
 * Measures a signal against one sine of known frequency by least squares (IEEE Std 1057, three-parameter fit): what the
 * fit leaves over is distortion, aliases, images and noise together.
 *
 * @param amplitude of the sine, full scale 1
 * @param residualPower mean square of what is left over
 */
record SineFit(double amplitude, double residualPower) {
    static SineFit of(float[] y, int from, int to, double frequencyHz, int sampleRateHz) {
        double[][] a = new double[3][4];
        for (int i = from; i < to; i++) {
            double angle = 2 * Math.PI * frequencyHz * i / sampleRateHz;
            double[] basis = {Math.sin(angle), Math.cos(angle), 1};
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 3; column++) {
                    a[row][column] += basis[row] * basis[column];
                }
                a[row][3] += basis[row] * y[i];
            }
        }
        solve(a);
        double residual = 0;
        for (int i = from; i < to; i++) {
            double angle = 2 * Math.PI * frequencyHz * i / sampleRateHz;
            double fitted = a[0][3] * Math.sin(angle) + a[1][3] * Math.cos(angle) + a[2][3];
            residual += (y[i] - fitted) * (y[i] - fitted);
        }
        return new SineFit(Math.hypot(a[0][3], a[1][3]), residual / (to - from));
    }

    /** Total harmonic distortion and noise, against the sine. */
    double thdPlusNoiseDb() {
        return 10 * Math.log10(residualPower / (amplitude * amplitude / 2));
    }

    double amplitudeDb() {
        return 20 * Math.log10(amplitude);
    }

    private static void solve(double[][] a) {
        for (int pivot = 0; pivot < 3; pivot++) {
            double divisor = a[pivot][pivot];
            for (int column = pivot; column < 4; column++) {
                a[pivot][column] /= divisor;
            }
            for (int row = 0; row < 3; row++) {
                double factor = a[row][pivot];
                for (int column = pivot; row != pivot && column < 4; column++) {
                    a[row][column] -= factor * a[pivot][column];
                }
            }
        }
    }
}
