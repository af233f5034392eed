package dev.microphone.loadtest.scale;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.Agent;

/**
 * The router's place: measures how long each frame took since it was due, and holds each stream to have no gap. Frames of
 * another run, which the node still had of a router that is gone, are counted apart, and nothing else.
 *
 * <p>Recorded on its own thread; others read the counts at any time, and the histogram once all has arrived.
 */
final class Listener implements Agent, FrameHandler {
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(120);
    private static final int FRAME_LIMIT = 64;
    private static final long NONE = -1;

    private final FramePoller router;
    private final long epoch;
    private final Long2LongHashMap nextSequences = new Long2LongHashMap(NONE);
    private final Histogram delaysNs = new Histogram(LONGEST_NS, 3);
    private volatile long windowStartNs = Long.MAX_VALUE;
    private volatile long windowEndNs = Long.MAX_VALUE;
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong missing = new AtomicLong();
    private final AtomicLong ofOtherRuns = new AtomicLong();

    /** @param epoch of the run that is measured */
    Listener(FramePoller router, long epoch) {
        this.router = router;
        this.epoch = epoch;
    }

    /** Frames that are due in between are measured; before it is warm-up. */
    void measure(long startNs, long endNs) {
        windowEndNs = endNs;
        windowStartNs = startNs;
    }

    @Override
    public boolean onFrame(Frame frame) {
        if (frame.epoch() != epoch) {
            add(ofOtherRuns, 1);
            return true;
        }
        long expected = nextSequences.get(frame.streamId());
        if (expected == NONE) {
            expected = 0;
            add(streams, 1);
        }
        if (frame.sequence() < expected) {
            add(duplicates, 1);
            return true;
        }
        add(missing, frame.sequence() - expected);
        nextSequences.put(frame.streamId(), frame.sequence() + 1);
        long dueNs = frame.captureTimeNs();
        if (dueNs >= windowStartNs && dueNs < windowEndNs) {
            delaysNs.recordValue(Math.min(LONGEST_NS, System.nanoTime() - dueNs));
        }
        add(taken, 1);
        return true;
    }

    /** Only this thread writes. */
    private static void add(AtomicLong count, long more) {
        count.setRelease(count.getPlain() + more);
    }

    /** From which something has come. */
    long streams() {
        return streams.getAcquire();
    }

    /** Frames of all streams, each counted once. */
    long taken() {
        return taken.getAcquire();
    }

    long duplicates() {
        return duplicates.getAcquire();
    }

    long missing() {
        return missing.getAcquire();
    }

    long ofOtherRuns() {
        return ofOtherRuns.getAcquire();
    }

    Histogram delaysNs() {
        return delaysNs;
    }

    @Override
    public int doWork() {
        return router.poll(this, FRAME_LIMIT);
    }

    @Override
    public String roleName() {
        return "listener";
    }
}
