package dev.microphone.processor.chain;

import java.util.HashMap;
import java.util.Map;

/**
 * On how many streams one version of a plugin has timed out lately. A plugin that hangs would otherwise stall its thread
 * for each stream's budget anew, and with it all streams of that thread: 200 streams of five faults each. Shared by all
 * places of the version that have the same limits, whatever their parameters. Any thread; a frame without a fault reads
 * one volatile.
 */
final class VersionBudget {
    /** Never more than the policy allows: then it is spent. */
    private final Map<Long, Long> lastFaultNs = new HashMap<>();

    private volatile boolean spent;

    /** Whether the version is left out everywhere until someone acts. */
    boolean isSpent() {
        return spent;
    }

    /**
     * Adds a time-out.
     *
     * @param nowNs monotonic, the same clock for all streams
     * @return whether that was the one that leaves the version out: once, for one caller
     */
    synchronized boolean spend(long streamId, long nowNs, FaultPolicy policy) {
        if (spent) {
            return false;
        }
        lastFaultNs.values().removeIf(atNs -> nowNs - atNs >= policy.failingStreamsWindowNs());
        lastFaultNs.put(streamId, nowNs);
        spent = lastFaultNs.size() >= policy.maxFailingStreams();
        return spent;
    }

    /** Someone acted. */
    synchronized void refill() {
        lastFaultNs.clear();
        spent = false;
    }
}
