package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;

/**
 * The filter at {@link #PHASES} places between two input samples, from which {@link InterpolatingResampler} makes those
 * between. Immutable; streams share it for as long as one of them lives.
 *
 * @param halfLength half of the filter in input samples
 * @param rows row r holds the coefficients for phase (r − 1) / PHASES: one row before 0 and two after 1, for the cubic
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity, never by value
record InterpolationTable(int halfLength, float[][] rows) {
    static final int PHASES = 128;
    /** From this rate down the filter, measured in input samples, is always the same one. */
    private static final int SAME_UP_TO_HZ = 44_100;

    private static final SharedByRate<InterpolationTable> SHARED = new SharedByRate<>(InterpolationTable::compute);

    static InterpolationTable of(int inputRateHz) {
        return SHARED.get(Math.max(SAME_UP_TO_HZ, inputRateHz));
    }

    private static InterpolationTable compute(int inputRateHz) {
        KaiserSinc sinc = KaiserSinc.between(inputRateHz, CanonicalAudio.SAMPLE_RATE_HZ);
        int halfLength = sinc.halfLength();
        float[][] rows = new float[PHASES + 3][2 * halfLength];
        for (int row = 0; row < rows.length; row++) {
            double phase = (row - 1.0) / PHASES;
            for (int k = 0; k < 2 * halfLength; k++) {
                rows[row][k] = (float) sinc.at(k - halfLength + 1 - phase);
            }
        }
        return new InterpolationTable(halfLength, rows);
    }
}
