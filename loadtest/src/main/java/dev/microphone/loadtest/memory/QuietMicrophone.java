package dev.microphone.loadtest.memory;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.transport.frame.ClockQuality;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A live source that costs as good as nothing by itself: 48 kHz, 16 bits, mono, at a tenth of real time. What a stream
 * holds in memory does not depend on how often it gets a frame, and hundreds of them fit one core that way.
 */
final class QuietMicrophone implements AudioSource {
    private static final PcmFormat FORMAT = new PcmFormat(48_000, 1, SampleEncoding.S16);
    private static final int SLOWER = 10;

    private long samples;
    private long firstSampleOfLastRead;
    private volatile boolean closed;

    @Override
    public PcmFormat format() {
        return FORMAT;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        int blocks = length / FORMAT.blockLength();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SLOWER) * blocks / FORMAT.sampleRateHz());
        if (closed || Thread.currentThread().isInterrupted()) {
            return -1;
        }
        for (int i = 0; i < blocks; i++) {
            target[offset + 2 * i] = (byte) (samples + i);
            target[offset + 2 * i + 1] = 0;
        }
        firstSampleOfLastRead = samples;
        samples += blocks;
        return blocks * FORMAT.blockLength();
    }

    @Override
    public long captureTimeNs() {
        return firstSampleOfLastRead * TimeUnit.SECONDS.toNanos(1) / FORMAT.sampleRateHz();
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.UNKNOWN;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
    }
}
