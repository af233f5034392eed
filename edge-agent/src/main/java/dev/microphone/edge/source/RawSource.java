package dev.microphone.edge.source;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.ClockQuality;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;

/**
 * Raw PCM from a pipe. Capture times go on from the moment of the first sample by the count of samples. Where the
 * pipe's writer is live, they are the moments at which bytes arrive, less how long those last: what it held back before
 * cannot be known.
 */
final class RawSource implements AudioSource {
    /** A few periods of any format; the pipe itself buffers 64 KiB. */
    private static final int BUFFER_LENGTH = 16 * 1024;

    private static final int RIFF = 'R' | 'I' << 8 | 'F' << 16 | 'F' << 24;

    private final String name;
    private final PcmFormat format;
    private final boolean live;
    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final EpochNanoClock wallClock;
    private boolean begun;
    private boolean ended;
    private long samples;
    private long startNs;
    private long captureTimeNs;
    private int leftOver;

    RawSource(String name, PcmFormat format, boolean live, ReadableByteChannel channel) {
        this(name, format, live, channel, new OffsetEpochNanoClock());
    }

    /** @param live whether the writer of the pipe loses sound while nobody reads */
    RawSource(String name, PcmFormat format, boolean live, ReadableByteChannel channel, EpochNanoClock wallClock) {
        this.name = name;
        this.format = format;
        this.live = live;
        this.channel = channel;
        this.wallClock = wallClock;
        buffer.limit(0);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws SourceException {
        int blockLength = format.blockLength();
        while (buffer.remaining() < blockLength || (!begun && buffer.remaining() < Integer.BYTES)) {
            if (!fill()) {
                break;
            }
        }
        if (!begun) {
            begun = true;
            refuseWav();
        }
        int count = Math.min(length, buffer.remaining()) / blockLength * blockLength;
        if (count == 0) {
            leftOver = buffer.remaining();
            return -1;
        }
        captureTimeNs = firstUnreadNs();
        samples += count / blockLength;
        buffer.get(target, offset, count);
        return count;
    }

    private long firstUnreadNs() {
        if (samples > 0 && !live) {
            return startNs + SampleTime.durationNs(samples, format.sampleRateHz());
        }
        long waitingNs = SampleTime.durationNs(buffer.remaining() / format.blockLength(), format.sampleRateHz());
        long arrivedNs = wallClock.nanoTime() - waitingNs;
        if (samples == 0) {
            startNs = arrivedNs;
            return arrivedNs;
        }
        return Math.max(captureTimeNs, arrivedNs);
    }

    private boolean fill() throws SourceException {
        if (ended) {
            return false;
        }
        buffer.compact();
        try {
            ended = channel.read(buffer) < 0;
        } catch (ClosedByInterruptException e) {
            ended = true;
        } catch (IOException e) {
            throw new SourceException(name, "cannot be read: " + e.getMessage(), e);
        } finally {
            buffer.flip();
        }
        return !ended;
    }

    private void refuseWav() throws SourceException {
        if (buffer.remaining() >= Integer.BYTES && buffer.getInt(buffer.position()) == RIFF) {
            throw new SourceException(
                    name, "begins with 'RIFF', a WAV header: allowed is raw PCM (ffmpeg: -f s16le, sox: -t raw)");
        }
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
    public boolean isLive() {
        return live;
    }

    @Override
    public List<String> warnings() {
        return leftOver == 0
                ? List.of()
                : List.of(name + ": ended inside a sample: the last " + leftOver + " bytes of a block of "
                        + format.blockLength() + " were left out");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Only read from: nothing can be lost by it.
        }
    }
}
