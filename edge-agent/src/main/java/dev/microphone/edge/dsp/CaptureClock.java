package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.CanonicalAudio;

/**
 * Tells when an output sample was captured.
 *
 * <p>Each buffer from the source carries its capture time: an anchor. A frame comes out some ms, and often some
 * buffers, after its input went in; so the last 16 anchors are kept, and a frame's time follows from the anchor of the
 * buffer that its first sample was in. Nothing is added up over time, so nothing drifts.
 */
final class CaptureClock {
    private static final int ANCHORS = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int bytesPerSecond;
    private final long[] streamNs = new long[ANCHORS];
    private final long[] captureNs = new long[ANCHORS];
    private int newest = -1;
    private int count;

    CaptureClock(PcmFormat format) {
        this.bytesPerSecond = format.blockLength() * format.sampleRateHz();
    }

    /** @param position of the buffer in the stream, in bytes */
    void onBuffer(long position, long captureTimeNs) {
        newest = (newest + 1) % ANCHORS;
        streamNs[newest] = toNanos(position, bytesPerSecond);
        captureNs[newest] = captureTimeNs;
        count = Math.min(count + 1, ANCHORS);
    }

    /** @param outputSample counted from 0, at 48 kHz */
    long captureTimeNs(long outputSample) {
        long atNs = toNanos(outputSample, CanonicalAudio.SAMPLE_RATE_HZ);
        int anchor = newest;
        for (int back = 1; back < count && streamNs[anchor] > atNs; back++) {
            anchor = (anchor + ANCHORS - 1) % ANCHORS;
        }
        return captureNs[anchor] + atNs - streamNs[anchor];
    }

    private static long toNanos(long units, int unitsPerSecond) {
        return units / unitsPerSecond * NANOS_PER_SECOND + units % unitsPerSecond * NANOS_PER_SECOND / unitsPerSecond;
    }
}
