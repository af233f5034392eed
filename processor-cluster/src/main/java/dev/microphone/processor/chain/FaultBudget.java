package dev.microphone.processor.chain;

import java.util.Arrays;

/** Counts one plugin's faults on one stream within a window of time. */
final class FaultBudget {
    private final long windowNs;
    private final long[] recentNs;
    private int next;
    private int count;

    FaultBudget(FaultPolicy policy) {
        windowNs = policy.windowNs();
        recentNs = new long[policy.maxFaults()];
    }

    /** Adds a fault. @return whether that was the last one allowed */
    boolean spend(long nowNs) {
        recentNs[next] = nowNs;
        next = (next + 1) % recentNs.length;
        count = Math.min(count + 1, recentNs.length);
        // The ring is full and its oldest entry, the next to be overwritten, is still young.
        return count == recentNs.length && nowNs - recentNs[next] < windowNs;
    }

    void refill() {
        Arrays.fill(recentNs, 0);
        next = 0;
        count = 0;
    }
}
