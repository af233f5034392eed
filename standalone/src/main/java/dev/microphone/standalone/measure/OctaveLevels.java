package dev.microphone.standalone.measure;

import java.util.List;

/** Mean level in octave bands, dBFS (0: the RMS of a full-scale square wave): Hann windows of 4,096, half overlapping. */
public final class OctaveLevels {
    /** Centres, Hz, as IEC 61260 names them. */
    public static final List<Integer> CENTRES_HZ = List.of(63, 125, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000);

    private static final int WINDOW_SAMPLES = 4_096;
    /** Mean square of a Hann window. */
    private static final double WINDOW_POWER = 0.375;

    private OctaveLevels() {}

    /** @return a level for each centre, at least {@link NoiseLevel#SILENCE_DBFS} */
    public static double[] of(float[] samples, int sampleRateHz) {
        double[] power = new double[WINDOW_SAMPLES / 2];
        double[] real = new double[WINDOW_SAMPLES];
        double[] imaginary = new double[WINDOW_SAMPLES];
        Fft fft = new Fft(WINDOW_SAMPLES);
        int windows = 0;
        for (int start = 0; start == 0 || start + WINDOW_SAMPLES <= samples.length; start += WINDOW_SAMPLES / 2) {
            for (int i = 0; i < WINDOW_SAMPLES; i++) {
                double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW_SAMPLES);
                real[i] = start + i < samples.length ? samples[start + i] * window : 0;
                imaginary[i] = 0;
            }
            fft.transform(real, imaginary);
            for (int bin = 1; bin < power.length; bin++) {
                power[bin] += real[bin] * real[bin] + imaginary[bin] * imaginary[bin];
            }
            windows++;
        }
        // Both halves of the spectrum, and Parseval's theorem.
        double scale = 2 / (WINDOW_POWER * WINDOW_SAMPLES * WINDOW_SAMPLES * windows);
        return CENTRES_HZ.stream()
                .mapToDouble(centreHz -> levelDbfs(power, centreHz, sampleRateHz, scale))
                .toArray();
    }

    private static double levelDbfs(double[] power, int centreHz, int sampleRateHz, double scale) {
        double binHz = (double) sampleRateHz / WINDOW_SAMPLES;
        double sum = 0;
        for (int bin = 1; bin < power.length; bin++) {
            double frequencyHz = bin * binHz;
            if (frequencyHz >= centreHz / Math.sqrt(2) && frequencyHz < centreHz * Math.sqrt(2)) {
                sum += power[bin];
            }
        }
        return Math.max(NoiseLevel.SILENCE_DBFS, 10 * Math.log10(sum * scale));
    }
}
