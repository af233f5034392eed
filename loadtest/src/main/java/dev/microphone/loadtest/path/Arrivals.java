package dev.microphone.loadtest.path;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * What arrives at the end of a path: how many frames, and how long each of those took that were due inside the window.
 *
 * <p>One thread records; others read the counts at any time, and the histograms once all frames have arrived.
 */
final class Arrivals {
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(60);

    private final Histogram sinceDue = new Histogram(LONGEST_NS, 3);
    private final Histogram sinceSent = new Histogram(LONGEST_NS, 3);
    private final AtomicLong count = new AtomicLong();

    private volatile long windowStartNs = Long.MAX_VALUE;

    /** Frames due from that moment on are timed; earlier ones are warm-up. */
    void timeFrom(long nowNs) {
        windowStartNs = nowNs;
    }

    /**
     * One frame is there.
     *
     * @param dueNs when the schedule wanted it sent: a sender that falls behind makes the delay longer, not the sample
     *     rarer
     * @param sentNs when it was sent
     */
    void record(long dueNs, long sentNs, long nowNs) {
        if (dueNs >= windowStartNs) {
            sinceDue.recordValue(Math.min(LONGEST_NS, nowNs - dueNs));
            sinceSent.recordValue(Math.min(LONGEST_NS, nowNs - sentNs));
        }
        count.setRelease(count.getPlain() + 1);
    }

    long count() {
        return count.getAcquire();
    }

    Histogram sinceDue() {
        return sinceDue;
    }

    Histogram sinceSent() {
        return sinceSent;
    }
}
