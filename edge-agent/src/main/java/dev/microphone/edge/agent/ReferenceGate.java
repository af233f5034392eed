package dev.microphone.edge.agent;

import java.util.function.LongSupplier;

/**
 * Lets the far end go first: holds a near-end chunk back until the far end of the same time is on its way, but not for
 * long. When the far end stays away, nothing is held back any more until it has caught up. One thread.
 */
final class ReferenceGate {
    /** A far-end frame and much scheduling beside it; the near end's queue holds 160 ms. */
    static final long LIVE_WAIT_NS = 40_000_000;
    /** Files can wait, and then the two lie side by side from the first sample on. */
    static final long FILE_WAIT_NS = Long.MAX_VALUE;

    private final LongSupplier coveredUntilNs;
    private final Runnable stop;
    private final long maxWaitNs;
    private long waitingSinceNs;
    private boolean waiting;
    private boolean givenUp;

    /**
     * @param coveredUntilNs capture time up to which the far end has been handed on
     * @param stop ends the far end
     */
    ReferenceGate(LongSupplier coveredUntilNs, Runnable stop, long maxWaitNs) {
        this.coveredUntilNs = coveredUntilNs;
        this.stop = stop;
        this.maxWaitNs = maxWaitNs;
    }

    /**
     * @param untilNs capture time of the near end's next sample after the chunk
     * @param nowNs of a clock that only goes forward
     */
    boolean isOpen(long untilNs, long nowNs) {
        if (coveredUntilNs.getAsLong() >= untilNs) {
            waiting = false;
            givenUp = false;
            return true;
        }
        if (!givenUp && !waiting) {
            waiting = true;
            waitingSinceNs = nowNs;
        }
        givenUp |= nowNs - waitingSinceNs >= maxWaitNs;
        return givenUp;
    }

    /** The near end has ended, so nobody listens for the far end. */
    void close() {
        stop.run();
    }
}
