package dev.microphone.processor.chain;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Spreads over the interval when the plugins of all streams take their snapshots: however many there are, at any time
 * their phases lie evenly (multiples of the golden section). Streams that begin together would otherwise all take theirs
 * on the same frame. Any thread.
 */
final class SnapshotPhases {
    /** The golden section of the interval, to the next number that shares no factor with it. */
    private static final long STEP_SAMPLES = 29_663;

    private final AtomicInteger next = new AtomicInteger();

    /** From 0 to below the interval, in samples. */
    int next() {
        return Math.floorMod(next.getAndIncrement() * STEP_SAMPLES, LastGoodState.INTERVAL_SAMPLES);
    }
}
