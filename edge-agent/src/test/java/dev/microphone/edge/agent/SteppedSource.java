package dev.microphone.edge.agent;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.SourceException;
import dev.microphone.transport.frame.ClockQuality;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source that delivers a read when the test allows one. Canonical format; sample n of both channels is n, so that
 * what is missing can be seen.
 */
final class SteppedSource implements AudioSource {
    static final PcmFormat FORMAT = new PcmFormat(48_000, 2, SampleEncoding.S16);

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Semaphore allowed = new Semaphore(0);
    private final boolean live;
    private final long lengthSamples;
    private final boolean lengthKnown;
    private long samples;
    private long firstSample;
    private final AtomicLong readCount = new AtomicLong();
    volatile long reads;
    volatile long xruns;
    volatile boolean failing;
    volatile boolean closed;
    /** Bytes that the reading thread has allocated between its reads. */
    volatile long allocatedBytes;

    private long allocatedBefore = -1;
    private long allocatedBetween;

    SteppedSource(boolean live, long lengthSamples, boolean lengthKnown) {
        this.live = live;
        this.lengthSamples = lengthSamples;
        this.lengthKnown = lengthKnown;
    }

    static SteppedSource microphone() {
        return new SteppedSource(true, Long.MAX_VALUE, false);
    }

    static SteppedSource file(long lengthSamples) {
        return new SteppedSource(false, lengthSamples, true);
    }

    SteppedSource allow(int readCount) {
        allowed.release(readCount);
        return this;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        if (allocatedBefore >= 0) {
            allocatedBetween += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
            allocatedBytes = allocatedBetween;
        }
        try {
            allowed.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
        if (failing) {
            throw new SourceException("stepped", "was unplugged");
        }
        int count = (int) Math.min(length / 4, lengthSamples - samples);
        if (count == 0) {
            return -1;
        }
        firstSample = samples;
        for (int i = offset; i < offset + 4 * count; i += 4) {
            target[i] = (byte) samples;
            target[i + 1] = (byte) (samples >> 8);
            target[i + 2] = (byte) samples;
            target[i + 3] = (byte) (samples >> 8);
            samples++;
        }
        allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        reads = readCount.incrementAndGet();
        return 4 * count;
    }

    @Override
    public PcmFormat format() {
        return FORMAT;
    }

    @Override
    public long captureTimeNs() {
        return firstSample * 1_000_000 / 48;
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.NTP;
    }

    @Override
    public long xruns() {
        return xruns;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public long lengthSamples() {
        return lengthKnown ? lengthSamples : UNKNOWN_LENGTH;
    }

    @Override
    public void close() {
        closed = true;
    }
}
