package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;

/**
 * Exact coefficients of a rational ratio L/M, turned round: not "which inputs make this output" but "what does this
 * input add to which outputs".
 *
 * <p>The usual polyphase form is one dot product an output. HotSpot's C2 does not vectorise float sums, since their
 * order matters. Adding one input's contribution to a run of outputs is the same multiplications in another order, each
 * output independent of its neighbour, and C2 makes full-width SIMD of it: measured 5 times faster. C2 does so only when
 * all arrays of the loop are indexed by the bare loop variable. Therefore each input of a period has its own row, in
 * which column j means the j-th output of that period; the zeros before and after a row's support are never read, only
 * stored.
 *
 * <p>Immutable, shared by all streams of a rate, and dropped when the last one ends.
 */
final class PeriodicFilter {
    /** Bounds one table at 1 MiB: 11,025 Hz, the largest of the usual rates, needs 850 KB. */
    private static final long MAX_COEFFICIENTS = 1L << 18;
    /** The partial sums move once a period, at the cost of about one input; 16 makes that cheap. */
    private static final int MIN_PERIOD_INPUTS = 16;

    private static final SharedByRate<PeriodicFilter> SHARED = new SharedByRate<>(PeriodicFilter::new);

    /** Inputs after which the pattern repeats. */
    final int periodInputs;
    /** Outputs that fall into that time. */
    final int periodOutputs;
    /** Half of the filter in input samples. */
    final int halfLength;
    /** Half of the filter in output samples: column j of row 0 is output j − delaySamples. */
    final int delaySamples;
    /** Columns of each row. */
    final int columns;
    /** First column that input n touches; one entry more than rows, for the next period's first input. */
    final int[] first;
    /** First column after those that input n touches. */
    final int[] end;

    final float[][] rows;

    private PeriodicFilter(int inputRateHz) {
        KaiserSinc sinc = KaiserSinc.between(inputRateHz, CanonicalAudio.SAMPLE_RATE_HZ);
        int divisor = greatestCommonDivisor(inputRateHz, CanonicalAudio.SAMPLE_RATE_HZ);
        int up = CanonicalAudio.SAMPLE_RATE_HZ / divisor;
        int down = inputRateHz / divisor;
        this.periodInputs = periodInputs(down);
        this.periodOutputs = periodInputs / down * up;
        this.halfLength = sinc.halfLength();
        this.delaySamples = (int) ((long) halfLength * up / down);
        this.columns = columns(periodOutputs, delaySamples);
        this.first = new int[periodInputs + 1];
        this.end = new int[periodInputs];
        this.rows = new float[periodInputs][columns];
        for (int n = 0; n <= periodInputs; n++) {
            first[n] = ceilDiv((long) (n - halfLength) * up, down) + delaySamples;
        }
        for (int n = 0; n < periodInputs; n++) {
            end[n] = (int) Math.floorDiv((long) (n + halfLength) * up, (long) down) + delaySamples + 1;
            for (int j = first[n]; j < end[n]; j++) {
                rows[n][j] = (float) sinc.at((double) ((long) (j - delaySamples) * down - (long) n * up) / up);
            }
        }
    }

    /** @return whether the table of that rate stays under its limit */
    static boolean isBounded(int inputRateHz) {
        int divisor = greatestCommonDivisor(inputRateHz, CanonicalAudio.SAMPLE_RATE_HZ);
        long up = CanonicalAudio.SAMPLE_RATE_HZ / divisor;
        int down = inputRateHz / divisor;
        long outputs = periodInputs(down) / down * up;
        long delay =
                KaiserSinc.between(inputRateHz, CanonicalAudio.SAMPLE_RATE_HZ).halfLength() * up / down;
        return periodInputs(down) * (outputs + 2 * delay + 2) <= MAX_COEFFICIENTS;
    }

    static PeriodicFilter of(int inputRateHz) {
        return SHARED.get(inputRateHz);
    }

    private static int periodInputs(int down) {
        return down * ceilDiv(MIN_PERIOD_INPUTS, down);
    }

    private static int columns(int periodOutputs, int delaySamples) {
        return periodOutputs + 2 * delaySamples + 2;
    }

    /** Division rounded up (Math has it only from Java 18 on). */
    static int ceilDiv(long dividend, long divisor) {
        return (int) -Math.floorDiv(-dividend, divisor);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
