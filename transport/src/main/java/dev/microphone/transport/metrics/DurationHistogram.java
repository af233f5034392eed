package dev.microphone.transport.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Durations in buckets that grow by the eighth root of two: 1 µs to 10 s, each quantile right to within 9 %.
 *
 * <p>One thread records (wait-free, 0 bytes); any thread reads.
 */
public final class DurationHistogram {
    private static final int BUCKETS_PER_OCTAVE = 8;
    private static final long[] UPPER_BOUNDS_NS = upperBoundsNs();

    private final AtomicLongArray counts = new AtomicLongArray(UPPER_BOUNDS_NS.length);
    private final AtomicLong sumNs = new AtomicLong();
    private final AtomicLong maxNs = new AtomicLong();

    private static long[] upperBoundsNs() {
        int octaves = 24;
        long[] bounds = new long[octaves * BUCKETS_PER_OCTAVE + 1];
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = Math.round(1_000 * Math.pow(2, (double) i / BUCKETS_PER_OCTAVE));
        }
        bounds[bounds.length - 1] = Long.MAX_VALUE;
        return bounds;
    }

    /** Adds one duration. */
    public void record(long durationNs) {
        int index = indexOf(durationNs);
        counts.setRelease(index, counts.getPlain(index) + 1);
        sumNs.setRelease(sumNs.getPlain() + durationNs);
        if (durationNs > maxNs.getPlain()) {
            maxNs.setRelease(durationNs);
        }
    }

    private static int indexOf(long durationNs) {
        int low = 0;
        int high = UPPER_BOUNDS_NS.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (UPPER_BOUNDS_NS[middle] < durationNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    public long count() {
        return countAtMost(Long.MAX_VALUE);
    }

    public long sumNs() {
        return sumNs.getAcquire();
    }

    public long maxNs() {
        return maxNs.getAcquire();
    }

    /** How many durations were at most that long, to within one bucket. */
    public long countAtMost(long boundNs) {
        long total = 0;
        for (int i = 0; i < UPPER_BOUNDS_NS.length && UPPER_BOUNDS_NS[i] <= boundNs; i++) {
            total += counts.getAcquire(i);
        }
        return total;
    }

    /** @return the upper bound of the bucket in which the quantile (0 to 1) lies, ns; 0 when nothing was recorded */
    public long quantileNs(double quantile) {
        long rank = (long) Math.ceil(quantile * count());
        long seen = 0;
        for (int i = 0; i < UPPER_BOUNDS_NS.length; i++) {
            seen += counts.getAcquire(i);
            if (seen >= rank && seen > 0) {
                return Math.min(UPPER_BOUNDS_NS[i], maxNs());
            }
        }
        return 0;
    }
}
