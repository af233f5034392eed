package dev.microphone.edge.dsp;

import java.util.Arrays;

/** Resampler for ratios whose exact coefficients fit in a table. Holds only the outputs that are not complete yet. */
final class PeriodicResampler implements Resampler {
    private final PeriodicFilter filter;
    /** Column j: what has been added up so far for output j of the period. */
    private final float[] sums;

    private int phase;
    private int emitted;
    private int runUp;

    PeriodicResampler(PeriodicFilter filter) {
        this.filter = filter;
        this.sums = new float[filter.columns];
        this.runUp = filter.delaySamples;
    }

    @Override
    public int process(float[] input, int offset, int length, float[] output, int outputOffset) {
        int position = offset;
        int end = offset + length;
        int written = outputOffset;
        while (position < end) {
            int count = Math.min(filter.periodInputs - phase, end - position);
            add(input, position, count);
            position += count;
            written = emit(filter.first[phase], output, written);
            if (phase == filter.periodInputs) {
                startPeriod();
            }
        }
        return written - outputOffset;
    }

    private void add(float[] input, int offset, int count) {
        float[][] rows = filter.rows;
        int n = phase;
        int stop = phase + count;
        int i = offset;
        for (; n + 4 <= stop; n += 4, i += 4) {
            addFour(
                    sums,
                    rows[n],
                    rows[n + 1],
                    rows[n + 2],
                    rows[n + 3],
                    input[i],
                    input[i + 1],
                    input[i + 2],
                    input[i + 3],
                    filter.first[n],
                    filter.end[n + 3]);
        }
        for (; n < stop; n++, i++) {
            addOne(sums, rows[n], input[i], filter.first[n], filter.end[n]);
        }
        phase = stop;
    }

    /** The inner loop. Four inputs a pass, so that the sums are loaded and stored a quarter as often. */
    private static void addFour(
            float[] sums,
            float[] row0,
            float[] row1,
            float[] row2,
            float[] row3,
            float x0,
            float x1,
            float x2,
            float x3,
            int first,
            int end) {
        for (int j = first; j < end; j++) {
            sums[j] = sums[j] + x0 * row0[j] + x1 * row1[j] + x2 * row2[j] + x3 * row3[j];
        }
    }

    private static void addOne(float[] sums, float[] row, float x, int first, int end) {
        for (int j = first; j < end; j++) {
            sums[j] = sums[j] + x * row[j];
        }
    }

    private int emit(int complete, float[] output, int outputOffset) {
        int skipped = Math.min(runUp, complete - emitted);
        runUp -= skipped;
        int count = complete - emitted - skipped;
        System.arraycopy(sums, emitted + skipped, output, outputOffset, count);
        emitted = complete;
        return outputOffset + count;
    }

    private void startPeriod() {
        int kept = filter.columns - filter.periodOutputs;
        System.arraycopy(sums, filter.periodOutputs, sums, 0, kept);
        Arrays.fill(sums, kept, filter.columns, 0);
        phase = 0;
        emitted -= filter.periodOutputs;
    }

    @Override
    public int tailSamples() {
        return filter.halfLength;
    }

    @Override
    public int delaySamples() {
        return filter.delaySamples;
    }

    @Override
    public int maxOutput(int length) {
        return PeriodicFilter.ceilDiv((long) length * filter.periodOutputs, filter.periodInputs) + 1;
    }
}
