package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;

/**
 * A sound device. Starts with the first read, so that what was said before nobody asked for does not overrun.
 *
 * <p>Capture times are the device's own position timestamps; where it has none, or they are on another clock, the host's
 * clock less what waits unread.
 */
final class AlsaSource implements AudioSource {
    /** So often a wait looks up whether it should end. */
    private static final int WAIT_MILLIS = 100;
    /** 5 s without a period: no device that works is that slow. */
    private static final int MAX_EMPTY_WAITS = 50;
    /** In one read. A device that overruns again and again without a sample in between is broken. */
    private static final int MAX_RECOVERIES = 10;
    /** Timestamps further from the host's clock are on another clock. */
    private static final long MAX_CLOCK_DISTANCE_NS = 1_000_000_000L;

    private static final int UNUSED_BITS = 8;

    private final String name;
    private final AlsaPcm pcm;
    private final PcmFormat format;
    private final AlsaFormat deviceFormat;
    private final int periodFrames;
    private final ByteBuffer buffer;
    private final EpochNanoClock wallClock;
    private boolean running;
    private long xruns;
    private long captureTimeNs;

    AlsaSource(String name, AlsaNegotiation.Outcome device, EpochNanoClock wallClock) {
        this.name = name;
        this.pcm = device.pcm();
        this.format = device.format();
        this.deviceFormat = device.deviceFormat();
        this.periodFrames = device.periodFrames();
        this.buffer = pcm.buffer().order(ByteOrder.LITTLE_ENDIAN);
        this.wallClock = wallClock;
    }

    static AlsaSource open(AlsaRequest request) throws SourceException {
        return new AlsaSource(request.uri(), AlsaNegotiation.open(request), new OffsetEpochNanoClock());
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        int frames = Math.min(length / format.blockLength(), periodFrames);
        int recoveries = 0;
        int emptyWaits = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long result = attempt(frames);
            if (result > 0) {
                copy((int) result * format.blockLength(), target, offset);
                return (int) result * format.blockLength();
            }
            int error = (int) -result;
            if (error == AlsaPcm.EPIPE || error == AlsaPcm.ESTRPIPE) {
                recover(error, ++recoveries);
            } else if (error == 0 || error == AlsaPcm.EAGAIN) {
                if (++emptyWaits == MAX_EMPTY_WAITS) {
                    throw new SourceException(
                            name, "delivers nothing: no sample for " + WAIT_MILLIS * MAX_EMPTY_WAITS + " ms");
                }
            } else if (error == AlsaPcm.ENODEV) {
                throw new SourceException(name, "was unplugged");
            } else if (error != AlsaPcm.EINTR) {
                throw new SourceException(name, "cannot be read: " + pcm.describe(-error));
            }
        }
        return -1;
    }

    /** @return samples of one channel read; 0 when none came in time; below 0 a negated errno */
    private long attempt(int frames) {
        if (!running) {
            int started = pcm.start();
            if (started < 0) {
                return started;
            }
            running = true;
        }
        int ready = pcm.await(WAIT_MILLIS);
        if (ready <= 0) {
            return ready;
        }
        captureTimeNs = firstUnreadNs();
        return pcm.read(frames);
    }

    private long firstUnreadNs() {
        long nowNs = wallClock.nanoTime();
        long timestampNs = pcm.timestampNs();
        boolean sameClock = Math.abs(nowNs - timestampNs) <= MAX_CLOCK_DISTANCE_NS;
        return (sameClock ? timestampNs : nowNs) - SampleTime.durationNs(pcm.availableFrames(), format.sampleRateHz());
    }

    private void recover(int error, int recoveries) throws SourceException {
        xruns++;
        running = false;
        int recovered = pcm.recover(-error);
        if (recovered < 0) {
            throw new SourceException(name, "does not recover from an overrun: " + pcm.describe(recovered));
        }
        if (recoveries == MAX_RECOVERIES) {
            throw new SourceException(name, "overran " + MAX_RECOVERIES + " times without a sample in between");
        }
    }

    private void copy(int lengthBytes, byte[] target, int offset) {
        if (deviceFormat == AlsaFormat.S24_LE) {
            for (int i = 0; i < lengthBytes; i += Integer.BYTES) {
                buffer.putInt(i, buffer.getInt(i) << UNUSED_BITS);
            }
        }
        buffer.get(0, target, offset, lengthBytes);
    }

    @Override
    public PcmFormat format() {
        return format;
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
        return xruns;
    }

    @Override
    public boolean isLive() {
        return true;
    }

    @Override
    public void close() {
        pcm.close();
    }
}
