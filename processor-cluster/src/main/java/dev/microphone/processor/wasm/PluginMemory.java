package dev.microphone.processor.wasm;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What all plugin instances of a process and their snapshots may have together. The limit of one instance says nothing of a
 * thousand: without this one, the heap's end is the limit, and whoever allocates next meets it. Any thread; asked when an
 * instance is made, grows or is gone, and not by a frame that does neither.
 */
public final class PluginMemory {
    /** For tools that make one instance, and for tests. */
    public static final PluginMemory UNLIMITED = new PluginMemory(Long.MAX_VALUE);

    private static final double BYTES_PER_MEBIBYTE = 1 << 20;

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    /** @param limitBytes above 0 */
    public PluginMemory(long limitBytes) {
        if (limitBytes <= 0) {
            throw new IllegalArgumentException("plugins may have " + limitBytes + " bytes: must be above 0");
        }
        this.limitBytes = limitBytes;
    }

    /** @param limitBytes 0: half of the heap */
    public static PluginMemory of(long limitBytes) {
        return limitBytes == 0 ? halfOfTheHeap() : new PluginMemory(limitBytes);
    }

    /** Half of the heap: the other half is for what streams have besides, and for the collector to work in. */
    public static PluginMemory halfOfTheHeap() {
        return new PluginMemory(Runtime.getRuntime().maxMemory() / 2);
    }

    /** @return whether there is room for so many bytes more, which are then taken */
    boolean reserve(long bytes) {
        long used = usedBytes.get();
        while (bytes <= limitBytes - used) {
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
            used = usedBytes.get();
        }
        return false;
    }

    /** Gives back what was reserved. */
    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /**
     * An array, once there is room for it.
     *
     * @param bytes that it takes beyond what it replaces
     * @throws PluginMemoryException when there is no room, by the limit or in the heap; then nothing is taken
     */
    <T> T allocate(long bytes, Supplier<T> allocation) {
        if (!reserve(bytes)) {
            throw new PluginMemoryException(String.format(
                    Locale.ROOT,
                    "all plugins together may have %.1f MiB and have %.1f: there is no room for %.1f more",
                    limitBytes / BYTES_PER_MEBIBYTE,
                    usedBytes.get() / BYTES_PER_MEBIBYTE,
                    bytes / BYTES_PER_MEBIBYTE));
        }
        try {
            return allocation.get();
        } catch (OutOfMemoryError e) {
            release(bytes);
            throw PluginMemoryException.ofHeap(e);
        }
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long limitBytes() {
        return limitBytes;
    }
}
