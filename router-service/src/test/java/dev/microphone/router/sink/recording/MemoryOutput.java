package dev.microphone.router.sink.recording;

import java.io.IOException;
import java.util.Arrays;

/** A disk in memory, which may be small. */
public final class MemoryOutput implements RecordingOutput {
    private final long capacity;
    private byte[] bytes = new byte[1024];
    private int length;
    private boolean closed;

    public MemoryOutput() {
        this(Long.MAX_VALUE);
    }

    /** @param capacity bytes that fit; an append that crosses it writes what fits, and fails */
    public MemoryOutput(long capacity) {
        this.capacity = capacity;
    }

    @Override
    public void append(byte[] source, int offset, int count) throws IOException {
        int fitting = (int) Math.min(count, capacity - length);
        ensure(length + fitting);
        System.arraycopy(source, offset, bytes, length, fitting);
        length += fitting;
        if (fitting < count) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public void overwrite(long position, byte[] source, int offset, int count) {
        System.arraycopy(source, offset, bytes, (int) position, count);
    }

    @Override
    public void truncate(long newLength) {
        length = (int) newLength;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void ensure(int needed) {
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
    }

    public byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    public boolean isClosed() {
        return closed;
    }
}
