package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import org.agrona.concurrent.status.AtomicCounter;

/** Frames on disk; from the first that the disk does not take on, in memory. One thread. */
final class FallbackStore implements FrameStore {
    private final FrameStore disk;
    private final FrameStore memory;
    private final AtomicCounter inMemory;
    private boolean diskHasFailed;
    /** Index of the first frame in memory. */
    private long offset;

    /** @param inMemory counts frames that should be on disk and are not */
    FallbackStore(FrameStore disk, FrameStore memory, AtomicCounter inMemory) {
        this.disk = disk;
        this.memory = memory;
        this.inMemory = inMemory;
    }

    @Override
    public long firstIndex() {
        boolean isOnDisk = !diskHasFailed || (disk.firstIndex() < disk.endIndex());
        return isOnDisk ? disk.firstIndex() : offset + memory.firstIndex();
    }

    @Override
    public long endIndex() {
        return diskHasFailed ? offset + memory.endIndex() : disk.endIndex();
    }

    @Override
    public boolean append(Frame frame) {
        if (!diskHasFailed) {
            if (disk.append(frame)) {
                return true;
            }
            diskHasFailed = true;
            offset = disk.endIndex();
        }
        inMemory.incrementRelease();
        return memory.append(frame);
    }

    @Override
    public boolean read(long index, Frame target) {
        boolean isInMemory = diskHasFailed && index >= offset;
        return isInMemory ? memory.read(index - offset, target) : disk.read(index, target);
    }

    @Override
    public void trimTo(long index) {
        disk.trimTo(index);
        if (diskHasFailed) {
            memory.trimTo(index - offset);
        }
    }

    @Override
    public void setAside() {
        disk.setAside();
    }

    @Override
    public void sentWithEpoch(long epoch) {
        disk.sentWithEpoch(epoch);
    }

    @Override
    public void close() {
        disk.close();
        memory.close();
    }

    @Override
    public void delete() {
        disk.delete();
        memory.delete();
    }
}
