package dev.microphone.edge.source;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** A device of libasound. One thread at a time. */
final class NativeAlsaPcm implements AlsaPcm {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    /** An unsigned long, then a timespec of two longs (64-bit Linux). */
    private static final int TIMESTAMP_LENGTH = 3 * Long.BYTES;

    private final Pointer pcm;
    private final Memory samples;
    private final ByteBuffer buffer;
    private final Memory timestamp = new Memory(TIMESTAMP_LENGTH);
    private final Pointer timespec = timestamp.share(Long.BYTES);
    private long availableFrames;
    private boolean closed;

    NativeAlsaPcm(Pointer pcm, int bufferLengthBytes) {
        this.pcm = pcm;
        this.samples = new Memory(bufferLengthBytes);
        this.buffer = samples.getByteBuffer(0, bufferLengthBytes);
    }

    @Override
    public int start() {
        return Asound.snd_pcm_start(pcm);
    }

    @Override
    public int await(int timeoutMillis) {
        return Asound.snd_pcm_wait(pcm, timeoutMillis);
    }

    @Override
    public long timestampNs() {
        if (Asound.snd_pcm_htimestamp(pcm, timestamp, timespec) < 0) {
            availableFrames = 0;
            return 0;
        }
        availableFrames = timestamp.getLong(0);
        return timestamp.getLong(Long.BYTES) * NS_PER_SECOND + timestamp.getLong(2L * Long.BYTES);
    }

    @Override
    public long availableFrames() {
        return availableFrames;
    }

    @Override
    public long read(long frames) {
        return Asound.snd_pcm_readi(pcm, samples, frames);
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int recover(int error) {
        return Asound.snd_pcm_recover(pcm, error, 1);
    }

    @Override
    public String describe(int error) {
        return Asound.snd_strerror(error);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Asound.snd_pcm_close(pcm);
        }
    }
}
