package dev.microphone.standalone.measure;

/**
 * Short-time power spectrum of a signal, in dB of a full-scale sine: Hann window of 2,048 samples, a column every 512.
 */
final class Spectrogram {
    /** 23 Hz at 48 kHz: shows the harmonics of a voice. */
    private static final int WINDOW_SAMPLES = 2_048;

    private static final int HOP_SAMPLES = 512;
    private static final double FLOOR_DB = -160;

    /** By time, then by frequency. */
    private final float[][] columnsDb;

    private final double binHz;
    private final double columnSeconds;

    private Spectrogram(float[][] columnsDb, double binHz, double columnSeconds) {
        this.columnsDb = columnsDb;
        this.binHz = binHz;
        this.columnSeconds = columnSeconds;
    }

    /** @param samples of one channel, full scale ±1.0; shorter than a window counts as followed by silence */
    static Spectrogram of(float[] samples, int sampleRateHz) {
        double[] window = hann();
        double fullScale = WINDOW_SAMPLES / 4.0;
        Fft fft = new Fft(WINDOW_SAMPLES);
        int columns = 1 + Math.max(0, samples.length - WINDOW_SAMPLES) / HOP_SAMPLES;
        float[][] columnsDb = new float[columns][WINDOW_SAMPLES / 2];
        double[] real = new double[WINDOW_SAMPLES];
        double[] imaginary = new double[WINDOW_SAMPLES];
        for (int column = 0; column < columns; column++) {
            for (int i = 0; i < WINDOW_SAMPLES; i++) {
                int index = column * HOP_SAMPLES + i;
                real[i] = index < samples.length ? samples[index] * window[i] : 0;
                imaginary[i] = 0;
            }
            fft.transform(real, imaginary);
            for (int bin = 0; bin < WINDOW_SAMPLES / 2; bin++) {
                double amplitude = Math.hypot(real[bin], imaginary[bin]) / fullScale;
                columnsDb[column][bin] = (float) Math.max(FLOOR_DB, 20 * Math.log10(amplitude));
            }
        }
        return new Spectrogram(columnsDb, (double) sampleRateHz / WINDOW_SAMPLES, (double) HOP_SAMPLES / sampleRateHz);
    }

    double durationSeconds() {
        return columnsDb.length * columnSeconds;
    }

    /** The level at a moment and a frequency, between its four neighbours; the edge beyond the last ones. */
    double levelDb(double seconds, double frequencyHz) {
        double column = Math.clamp(seconds / columnSeconds, 0, columnsDb.length - 1.0);
        double bin = Math.clamp(frequencyHz / binHz, 0, columnsDb[0].length - 1.0);
        int left = (int) column;
        int right = Math.min(left + 1, columnsDb.length - 1);
        double along = column - left;
        return (1 - along) * atBinDb(columnsDb[left], bin) + along * atBinDb(columnsDb[right], bin);
    }

    private static double atBinDb(float[] columnDb, double bin) {
        int low = (int) bin;
        int high = Math.min(low + 1, columnDb.length - 1);
        double along = bin - low;
        return (1 - along) * columnDb[low] + along * columnDb[high];
    }

    private static double[] hann() {
        double[] window = new double[WINDOW_SAMPLES];
        for (int i = 0; i < WINDOW_SAMPLES; i++) {
            window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW_SAMPLES);
        }
        return window;
    }
}
