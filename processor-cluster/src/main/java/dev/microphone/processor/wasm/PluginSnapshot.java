package dev.microphone.processor.wasm;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A plugin instance's whole state between two frames, as what differs from a fresh instance: memory, mutable globals,
 * dropped data segments, and what the host remembers for it. Another instance of the same module with the same
 * parameters, in this process or another, goes on from it bit for bit.
 *
 * <p>Mutable and reused: {@link PluginInstance#take} fills it, allocating only when more has changed than ever before.
 * Owned by one thread at a time.
 */
public final class PluginSnapshot {
    /** A module cannot declare more than the validator's functions; globals and segments are bounded alike. */
    private static final int MAX_ENTRIES = 65_536;

    private static final long[] NONE = {};

    private final SparseMemory memory;
    private @Nullable PluginPrototype prototype;
    private @Nullable PluginOrigin origin;
    long[] globals = NONE;
    long[] droppedSegments = NONE;
    int frameLength;
    int frameAddress;

    /** Counts nowhere. */
    public PluginSnapshot() {
        this(PluginMemory.UNLIMITED);
    }

    /** @param total where its bytes count, too */
    public PluginSnapshot(PluginMemory total) {
        this(new SparseMemory(total));
    }

    private PluginSnapshot(SparseMemory memory) {
        this.memory = memory;
    }

    /** What a fresh instance must be for this to be its continuation. Slow at first; any thread. */
    public PluginOrigin origin() {
        PluginPrototype base = prototype;
        if (base != null) {
            return base.origin();
        }
        PluginOrigin read = origin;
        if (read == null) {
            throw new IllegalStateException("an empty snapshot has no origin");
        }
        return read;
    }

    /** Whether it was taken from an instance of that very prototype, in this process. */
    boolean isOf(PluginPrototype other) {
        return prototype == other;
    }

    SparseMemory memory() {
        return memory;
    }

    /** Sized for a plugin, before it is filled. */
    void prepare(PluginPrototype base, int globalCount, int segmentWords) {
        prototype = base;
        origin = null;
        globals = globals.length == globalCount ? globals : new long[globalCount];
        droppedSegments = droppedSegments.length == segmentWords ? droppedSegments : new long[segmentWords];
    }

    /** Of an instance that is gone: no state, but what it would belong to. */
    public void clear(PluginPrototype base) {
        prepare(base, 0, 0);
        memory.clear();
    }

    /** Gives up its room, and what it holds. */
    public void release() {
        memory.release();
    }

    /** How much of the instance's memory differs from a fresh one's, in whole blocks; bytes. */
    public int changedBytes() {
        return memory.keptBytes();
    }

    /** What this object holds on the heap, about; bytes. */
    public long heapBytes() {
        return memory.heapBytes() + (long) (globals.length + droppedSegments.length) * Long.BYTES;
    }

    /** Layout: see {@code ChainSnapshotFormat}. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(frameLength);
        out.writeInt(frameAddress);
        writeLongs(out, globals);
        writeLongs(out, droppedSegments);
        memory.writeTo(out);
    }

    /** Of a plugin that is left out: no state, but what it would belong to. */
    public static PluginSnapshot of(PluginOrigin origin) {
        PluginSnapshot snapshot = new PluginSnapshot();
        snapshot.origin = origin;
        return snapshot;
    }

    /**
     * @param maximumMemoryBytes what declares more is refused before it is allocated
     * @throws IOException when the bytes are no such state
     */
    public static PluginSnapshot readFrom(DataInputStream in, PluginOrigin origin, long maximumMemoryBytes)
            throws IOException {
        int frameLength = in.readInt();
        int frameAddress = in.readInt();
        long[] globals = readLongs(in);
        long[] droppedSegments = readLongs(in);
        PluginSnapshot snapshot = new PluginSnapshot(SparseMemory.readFrom(in, maximumMemoryBytes));
        snapshot.origin = origin;
        snapshot.frameLength = frameLength;
        snapshot.frameAddress = frameAddress;
        snapshot.globals = globals;
        snapshot.droppedSegments = droppedSegments;
        return snapshot;
    }

    private static void writeLongs(DataOutput out, long[] values) throws IOException {
        out.writeInt(values.length);
        for (long value : values) {
            out.writeLong(value);
        }
    }

    private static long[] readLongs(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_ENTRIES) {
            throw new IOException(length + " entries: allowed are 0 to " + MAX_ENTRIES);
        }
        long[] values = new long[length];
        for (int i = 0; i < length; i++) {
            values[i] = in.readLong();
        }
        return values;
    }
}
