package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Lets a source that could go at any speed go as time passes. Samples come when a microphone would have heard the last
 * of them. The schedule is made from the count of samples since the first read, so it never drifts; a late read is
 * followed by early ones until the schedule is met again.
 */
final class PacedSource implements AudioSource {
    private final AudioSource source;
    private final boolean live;
    private final NanoClock clock;
    private final EpochNanoClock wallClock;
    private final LongConsumer parkNs;
    private final int sampleRateHz;
    private final int blockLength;
    private boolean started;
    private long startNs;
    private long wallStartNs;
    private long samples;
    private long captureTimeNs;

    PacedSource(AudioSource source, boolean live, NanoClock clock, EpochNanoClock wallClock, LongConsumer parkNs) {
        this.source = source;
        this.live = live;
        this.clock = clock;
        this.wallClock = wallClock;
        this.parkNs = parkNs;
        this.sampleRateHz = source.format().sampleRateHz();
        this.blockLength = source.format().blockLength();
    }

    static PacedSource realTime(AudioSource source, boolean live) {
        return new PacedSource(
                source, live, SystemNanoClock.INSTANCE, SystemEpochNanoClock.INSTANCE, LockSupport::parkNanos);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        if (!started) {
            started = true;
            startNs = clock.nanoTime();
            wallStartNs = wallClock.nanoTime();
        }
        int read = source.read(target, offset, length);
        if (read < 0) {
            return read;
        }
        captureTimeNs = wallStartNs + SampleTime.durationNs(samples, sampleRateHz);
        samples += read / blockLength;
        long dueNs = startNs + SampleTime.durationNs(samples, sampleRateHz);
        long leftNs;
        while ((leftNs = dueNs - clock.nanoTime()) > 0
                && !Thread.currentThread().isInterrupted()) {
            parkNs.accept(leftNs);
        }
        return read;
    }

    @Override
    public PcmFormat format() {
        return source.format();
    }

    @Override
    public long captureTimeNs() {
        return captureTimeNs;
    }

    @Override
    public ClockQuality clockQuality() {
        return ClockQuality.FREE_RUNNING;
    }

    @Override
    public long xruns() {
        return source.xruns();
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public long lengthSamples() {
        return source.lengthSamples();
    }

    @Override
    public List<String> warnings() {
        return source.warnings();
    }

    @Override
    public void close() {
        source.close();
    }
}
