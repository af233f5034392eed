package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;

/**
 * Resampler for awkward ratios (8,001 Hz would need 16,000 phases): one dot product an output, with the coefficients of
 * its phase interpolated between the 128 phases of a table.
 *
 * <p>Interpolation is by the cubic through the four nearest phases (Lagrange). Its error on a function limited to half
 * the sample rate is at most 3/128 (π/128)⁴ of the coefficient, −161 dB: far under the filter's own 130 dB, so the
 * quality is that of the exact form.
 */
final class InterpolatingResampler implements Resampler {
    /** Moving the history costs as much as 20 outputs; 1,024 new samples between two moves make that cheap. */
    private static final int ROOM = 1024;

    private final int inputRateHz;
    private final int halfLength;
    private final int taps;
    /** See {@link InterpolationTable#rows}. */
    private final float[][] rows;

    private final float[] coefficients;
    private final float[] history;
    private int held;
    /** Index in {@code history} of the last input at or before the next output's instant. */
    private int centre;
    /** Where the next output lies between that input and the next one, in units of 1/48,000 of the distance. */
    private int fraction;

    InterpolatingResampler(int inputRateHz) {
        this.inputRateHz = inputRateHz;
        InterpolationTable table = InterpolationTable.of(inputRateHz);
        this.halfLength = table.halfLength();
        this.taps = 2 * halfLength;
        this.rows = table.rows();
        this.coefficients = new float[taps];
        this.history = new float[taps + ROOM];
        this.held = halfLength;
        this.centre = halfLength;
    }

    @Override
    public int process(float[] input, int offset, int length, float[] output, int outputOffset) {
        int position = offset;
        int end = offset + length;
        int written = outputOffset;
        while (position < end) {
            int count = Math.min(end - position, history.length - held);
            System.arraycopy(input, position, history, held, count);
            held += count;
            position += count;
            written = emit(output, written);
            if (held == history.length) {
                int start = centre - halfLength;
                System.arraycopy(history, start, history, 0, held - start);
                held -= start;
                centre = halfLength;
            }
        }
        return written - outputOffset;
    }

    private int emit(float[] output, int outputOffset) {
        int written = outputOffset;
        // Complete once an input lies half a filter after it: the same rule as the exact form's.
        while (centre + halfLength < held) {
            interpolateCoefficients((double) fraction * InterpolationTable.PHASES / CanonicalAudio.SAMPLE_RATE_HZ);
            output[written++] = dot(history, centre - halfLength + 1, coefficients, taps);
            int advanced = fraction + inputRateHz;
            centre += advanced / CanonicalAudio.SAMPLE_RATE_HZ;
            fraction = advanced % CanonicalAudio.SAMPLE_RATE_HZ;
        }
        return written;
    }

    private void interpolateCoefficients(double phase) {
        int q = (int) phase;
        double t = phase - q;
        lagrange(
                coefficients,
                rows[q],
                rows[q + 1],
                rows[q + 2],
                rows[q + 3],
                (float) (-t * (t - 1) * (t - 2) / 6),
                (float) ((t + 1) * (t - 1) * (t - 2) / 2),
                (float) (-(t + 1) * t * (t - 2) / 2),
                (float) ((t + 1) * t * (t - 1) / 6));
    }

    private static void lagrange(
            float[] result,
            float[] row0,
            float[] row1,
            float[] row2,
            float[] row3,
            float w0,
            float w1,
            float w2,
            float w3) {
        for (int k = 0; k < result.length; k++) {
            result[k] = w0 * row0[k] + w1 * row1[k] + w2 * row2[k] + w3 * row3[k];
        }
    }

    private static float dot(float[] x, int offset, float[] h, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int k = 0;
        for (; k + 4 <= length; k += 4) {
            sum0 += x[offset + k] * h[k];
            sum1 += x[offset + k + 1] * h[k + 1];
            sum2 += x[offset + k + 2] * h[k + 2];
            sum3 += x[offset + k + 3] * h[k + 3];
        }
        for (; k < length; k++) {
            sum0 += x[offset + k] * h[k];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    @Override
    public int tailSamples() {
        return halfLength;
    }

    @Override
    public int delaySamples() {
        return (int) ((long) halfLength * CanonicalAudio.SAMPLE_RATE_HZ / inputRateHz);
    }

    @Override
    public int maxOutput(int length) {
        return PeriodicFilter.ceilDiv((long) length * CanonicalAudio.SAMPLE_RATE_HZ, inputRateHz) + 1;
    }
}
