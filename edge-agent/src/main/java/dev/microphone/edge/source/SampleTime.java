package dev.microphone.edge.source;

/** Positions as durations. */
final class SampleTime {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private SampleTime() {}

    /**
     * How long that many samples last, rounded down to the ns. Made from the whole count each time, so that nothing
     * adds up; whole seconds apart, so that it does not overflow after 13 hours at 192 kHz.
     */
    static long durationNs(long samples, int sampleRateHz) {
        return samples / sampleRateHz * NS_PER_SECOND + samples % sampleRateHz * NS_PER_SECOND / sampleRateHz;
    }
}
