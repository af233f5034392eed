package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import java.util.ArrayDeque;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames in memory: a ring that grows to what it has to hold, of buffers that are used again. One thread. */
final class MemoryStore implements FrameStore {
    private static final int FIRST_CAPACITY = 64;
    /** Where no frame is. */
    private static final byte[] NONE = {};

    /** Buffers that no frame needs at the moment, of all streams of the agent. */
    private final ArrayDeque<byte[]> free;

    private byte[][] ring = new byte[FIRST_CAPACITY][];
    private long firstIndex;
    private long endIndex;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    MemoryStore(ArrayDeque<byte[]> free) {
        this.free = free;
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public long endIndex() {
        return endIndex;
    }

    @Override
    public boolean append(Frame frame) {
        if (endIndex - firstIndex == ring.length) {
            grow();
        }
        byte[] kept = free.poll();
        if (kept == null) {
            kept = new byte[Frame.MAX_LENGTH];
        }
        System.arraycopy(frame.bytes(), 0, kept, 0, frame.length());
        ring[slot(endIndex)] = kept;
        endIndex++;
        return true;
    }

    private void grow() {
        byte[][] larger = new byte[2 * ring.length][];
        for (long index = firstIndex; index < endIndex; index++) {
            larger[(int) (index & (larger.length - 1))] = ring[slot(index)];
        }
        ring = larger;
    }

    private int slot(long index) {
        return (int) (index & (ring.length - 1));
    }

    @Override
    public boolean read(long index, Frame target) {
        if (index < firstIndex || index >= endIndex) {
            throw new IndexOutOfBoundsException(index + ": kept are " + firstIndex + " to " + (endIndex - 1));
        }
        view.wrap(ring[slot(index)]);
        target.copyFrom(view, 0);
        return true;
    }

    @Override
    public void trimTo(long index) {
        while (firstIndex < index && firstIndex < endIndex) {
            free.push(ring[slot(firstIndex)]);
            ring[slot(firstIndex)] = NONE;
            firstIndex++;
        }
    }

    @Override
    public void setAside() {
        // There is no next start.
    }

    @Override
    public void sentWithEpoch(long epoch) {
        // There is no next start.
    }

    @Override
    public void close() {
        trimTo(endIndex);
    }

    @Override
    public void delete() {
        trimTo(endIndex);
    }
}
