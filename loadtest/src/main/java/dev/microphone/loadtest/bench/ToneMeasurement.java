package dev.microphone.loadtest.bench;

import java.util.function.UnaryOperator;

/**
 * Measures a converter to 48 kHz with single tones.
 *
 * <p>A sine of known frequency is fitted by least squares (IEEE Std 1057, three-parameter fit); what is left over is
 * distortion, images, aliases and noise together. Before any rounding to integers: an ideal 16-bit signal could show
 * −98 dB at best.
 *
 * @param inputRateHz of the converter
 * @param converter one second at the input rate in, what becomes of it at 48 kHz out
 */
record ToneMeasurement(int inputRateHz, UnaryOperator<float[]> converter) {
    private static final int OUTPUT_RATE_HZ = 48_000;
    private static final double AMPLITUDE = 0.891;
    private static final int FROM = 16_000;
    private static final int TO = 40_000;

    /** The worst of three tones, relative to the tone. */
    double thdPlusNoiseDb() {
        double worst = Double.NEGATIVE_INFINITY;
        for (double frequencyHz : new double[] {997, 9_973, 19_997}) {
            double[] fit = fit(frequencyHz);
            worst = Math.max(worst, 10 * Math.log10(fit[1] / (fit[0] * fit[0] / 2)));
        }
        return worst;
    }

    /** The strongest image or alias that any tone up to the input's Nyquist frequency leaves, relative to that tone. */
    double imagesAndAliasesDb() {
        double stopHz = Math.min(inputRateHz, OUTPUT_RATE_HZ) / 2.0;
        double worst = 0;
        for (double frequencyHz = 211; frequencyHz < inputRateHz / 2.0; frequencyHz += 499) {
            double[] fit = fit(frequencyHz);
            double tonePower = frequencyHz < stopHz ? 0 : fit[0] * fit[0] / 2;
            worst = Math.max(worst, fit[1] + tonePower);
        }
        return 10 * Math.log10(worst / (AMPLITUDE * AMPLITUDE / 2));
    }

    /** The largest deviation from the input's level, 20 Hz to 20 kHz. */
    double deviationDb() {
        double worst = 0;
        for (double frequencyHz = 20; frequencyHz <= 20_000; frequencyHz += 555) {
            worst = Math.max(worst, Math.abs(20 * Math.log10(fit(frequencyHz)[0] / AMPLITUDE)));
        }
        return worst;
    }

    /** Amplitude of the tone, and mean square of what is left over. */
    private double[] fit(double frequencyHz) {
        float[] x = new float[inputRateHz];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (AMPLITUDE * Math.sin(2 * Math.PI * frequencyHz * i / inputRateHz));
        }
        float[] y = converter.apply(x);
        double step = 2 * Math.PI * frequencyHz / OUTPUT_RATE_HZ;
        double ss = 0;
        double cc = 0;
        double sc = 0;
        double sy = 0;
        double cy = 0;
        for (int i = FROM; i < TO; i++) {
            double sin = Math.sin(step * i);
            double cos = Math.cos(step * i);
            ss += sin * sin;
            cc += cos * cos;
            sc += sin * cos;
            sy += sin * y[i];
            cy += cos * y[i];
        }
        double determinant = ss * cc - sc * sc;
        double a = (sy * cc - cy * sc) / determinant;
        double b = (cy * ss - sy * sc) / determinant;
        double residual = 0;
        for (int i = FROM; i < TO; i++) {
            double left = y[i] - a * Math.sin(step * i) - b * Math.cos(step * i);
            residual += left * left;
        }
        return new double[] {Math.hypot(a, b), residual / (TO - FROM)};
    }
}
