package dev.microphone.edge.agent;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import org.agrona.concurrent.NanoClock;

/**
 * Sends the far end's frames ahead of the near end's of the same time, so that the processor has them when it needs
 * them. A near-end frame that comes too early is refused, as if there were no room, and so waits in its backlog; but not
 * for long: when the far end stays away, nothing waits any more until it has caught up. Belongs to the agent's thread.
 */
final class ReferenceFirst {
    /** A far-end frame and much scheduling beside it; a listener hears twice that as an echo, not as a delay. */
    static final long LIVE_WAIT_NS = 40_000_000;
    /** Files can wait, and then the two lie side by side from the first sample on. */
    static final long FILE_WAIT_NS = Long.MAX_VALUE;
    /**
     * How far a file's far end runs ahead: it goes as fast as it is read, and the processor keeps half a second. A device
     * cannot run ahead.
     */
    static final long MAX_LEAD_NS = 200_000_000;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SAMPLES_PER_MILLI = 48;

    private final FrameHandler downstream;
    private final long maxWaitNs;
    private final NanoClock clock;
    private final boolean bounded;
    private long coveredUntilNs = Long.MIN_VALUE;
    private long neededUntilNs = Long.MIN_VALUE;
    private volatile boolean released;
    private long waitingSinceNs;
    private boolean waiting;
    private boolean givenUp;

    /**
     * @param live whether one of the two is a device, which does not wait
     * @param clock one that only goes forward
     */
    ReferenceFirst(FrameHandler downstream, boolean live, NanoClock clock) {
        this.downstream = downstream;
        this.maxWaitNs = live ? LIVE_WAIT_NS : FILE_WAIT_NS;
        this.bounded = !live;
        this.clock = clock;
    }

    boolean onFarEnd(Frame frame) {
        if (coveredUntilNs == Long.MIN_VALUE) {
            neededUntilNs = Math.max(neededUntilNs, endNs(frame));
        }
        boolean isFarAhead = bounded && !released && endNs(frame) - neededUntilNs > MAX_LEAD_NS;
        if (isFarAhead || !downstream.onFrame(frame)) {
            return false;
        }
        coveredUntilNs = frame.has(FrameFlags.END_OF_STREAM) ? Long.MAX_VALUE : endNs(frame);
        return true;
    }

    /** The near end has ended or never began: the far end waits for nobody. Any thread. */
    void release() {
        released = true;
    }

    boolean onNearEnd(Frame frame) {
        neededUntilNs = Math.max(neededUntilNs, endNs(frame));
        return mayGo(endNs(frame)) && downstream.onFrame(frame);
    }

    private boolean mayGo(long untilNs) {
        if (coveredUntilNs >= untilNs) {
            waiting = false;
            givenUp = false;
            return true;
        }
        if (givenUp) {
            return true;
        }
        long nowNs = clock.nanoTime();
        if (!waiting) {
            waiting = true;
            waitingSinceNs = nowNs;
        }
        givenUp = nowNs - waitingSinceNs >= maxWaitNs;
        waiting = !givenUp;
        return givenUp;
    }

    private static long endNs(Frame frame) {
        return frame.captureTimeNs() + frame.samplesPerChannel() * NANOS_PER_MILLI / SAMPLES_PER_MILLI;
    }
}
