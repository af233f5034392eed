package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.Memory;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A copy of a memory that keeps only the blocks in which it differs from a base; behind the base's end, from zeros.
 *
 * <p>Reused: taking another copy allocates only when more blocks have changed than ever before. Owned by one thread at a
 * time.
 */
final class SparseMemory {
    /** Smaller blocks copy less beside what changed, larger ones take fewer comparisons; see docs/decisions/snapshots.md. */
    static final int BLOCK_BYTES = 128;

    /** A block more than is needed; that share more where it has to grow, so that it does not grow often. */
    private static final int GROWTH_SHARE = 8;

    private static final byte[] ZEROS = new byte[Memory.PAGE_SIZE];

    private final PluginMemory total;
    private int memoryBytes;
    private long[] changed = new long[0];
    private byte[] blocks = new byte[0];
    private int blockCount;

    /** @param total where its bytes count, too */
    SparseMemory(PluginMemory total) {
        this.total = total;
    }

    /** Length of the memory that was copied. */
    int memoryBytes() {
        return memoryBytes;
    }

    /** How much is kept of it. */
    int keptBytes() {
        return blockCount * BLOCK_BYTES;
    }

    /** What this object holds, used or not. */
    long heapBytes() {
        return blocks.length + (long) changed.length * Long.BYTES;
    }

    void clear() {
        memoryBytes = 0;
        blockCount = 0;
    }

    /** Gives up its room, and what it holds. */
    void release() {
        clear();
        total.release(heapBytes());
        changed = new long[0];
        blocks = new byte[0];
    }

    /**
     * @param memory whole pages long
     * @param deadBelow the memory below that address is not looked at, as far as it is whole blocks: the copy has the
     *     base's bytes there
     * @param idleFrom from there to {@code idleTo} likewise; not below {@code deadBelow}
     * @throws PluginMemoryException when there is no room for more blocks than ever before; it is then empty
     */
    void take(byte[] memory, byte[] base, int deadBelow, int idleFrom, int idleTo) {
        try {
            copy(memory, base, deadBelow, idleFrom, idleTo);
        } catch (PluginMemoryException e) {
            clear();
            throw e;
        }
    }

    private void copy(byte[] memory, byte[] base, int deadBelow, int idleFrom, int idleTo) {
        memoryBytes = memory.length;
        blockCount = 0;
        int words = words(memory.length);
        if (changed.length < words) {
            changed = total.allocate((long) (words - changed.length) * Long.BYTES, () -> new long[words]);
        } else {
            Arrays.fill(changed, 0);
        }
        int live = deadBelow / BLOCK_BYTES * BLOCK_BYTES;
        int idle = Math.max(live, (idleFrom + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES);
        mark(memory, live, idle, base);
        mark(memory, Math.max(idle, idleTo / BLOCK_BYTES * BLOCK_BYTES), memory.length, base);
        copyMarked(memory);
    }

    private void mark(byte[] memory, int from, int to, byte[] base) {
        int common = Math.min(to, base.length);
        markRange(memory, from, common, base, 0);
        for (int at = Math.max(from, base.length); at < to; at += ZEROS.length) {
            markRange(memory, at, Math.min(at + ZEROS.length, to), ZEROS, at);
        }
    }

    /** The comparison runs over equal memory at full width, and comes back once for each changed block. */
    private void markRange(byte[] memory, int from, int to, byte[] base, int baseOffset) {
        int at = from;
        while (at < to) {
            int equal = Arrays.mismatch(memory, at, to, base, at - baseOffset, to - baseOffset);
            if (equal < 0) {
                return;
            }
            int block = (at + equal) / BLOCK_BYTES;
            changed[block >> 6] |= 1L << block;
            blockCount++;
            at = (block + 1) * BLOCK_BYTES;
        }
    }

    /** Only now: how much there is to keep is known before room is made for it. */
    private void copyMarked(byte[] memory) {
        if (keptBytes() > blocks.length) {
            int roomy = Math.max(keptBytes() + BLOCK_BYTES, blocks.length + blocks.length / GROWTH_SHARE);
            int length = Math.min(roomy, memory.length);
            blocks = total.allocate(length - blocks.length, () -> new byte[length]);
        }
        int offset = 0;
        for (int word = 0; word < words(memoryBytes); word++) {
            for (long left = changed[word]; left != 0; left &= left - 1) {
                int block = (word << 6) + Long.numberOfTrailingZeros(left);
                System.arraycopy(memory, block * BLOCK_BYTES, blocks, offset, BLOCK_BYTES);
                offset += BLOCK_BYTES;
            }
        }
    }

    /** @param memory as long as the one that was copied, and equal to the base it was compared with */
    void restore(byte[] memory) {
        int offset = 0;
        for (int word = 0; word < words(memoryBytes); word++) {
            for (long left = changed[word]; left != 0; left &= left - 1) {
                int block = (word << 6) + Long.numberOfTrailingZeros(left);
                System.arraycopy(blocks, offset, memory, block * BLOCK_BYTES, BLOCK_BYTES);
                offset += BLOCK_BYTES;
            }
        }
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(memoryBytes);
        for (int word = 0; word < words(memoryBytes); word++) {
            out.writeLong(changed[word]);
        }
        out.write(blocks, 0, blockCount * BLOCK_BYTES);
    }

    /**
     * @param in of bytes that are all there: a mebibyte that says that every block has changed makes no room for a gibibyte
     * @throws IOException when what is read cannot be a memory of at most that length
     */
    static SparseMemory readFrom(DataInputStream in, long maximumBytes) throws IOException {
        SparseMemory memory = new SparseMemory(PluginMemory.UNLIMITED);
        memory.memoryBytes = in.readInt();
        if (memory.memoryBytes < 0 || memory.memoryBytes > maximumBytes || memory.memoryBytes % Memory.PAGE_SIZE != 0) {
            throw new IOException("a memory of " + memory.memoryBytes + " bytes: allowed are multiples of "
                    + Memory.PAGE_SIZE + " up to " + maximumBytes);
        }
        memory.changed = new long[words(memory.memoryBytes)];
        for (int word = 0; word < memory.changed.length; word++) {
            memory.changed[word] = in.readLong();
            memory.blockCount += Long.bitCount(memory.changed[word]);
        }
        if (memory.keptBytes() > in.available()) {
            throw new IOException(memory.blockCount + " blocks of " + BLOCK_BYTES + " bytes, and " + in.available()
                    + " bytes are left");
        }
        memory.blocks = new byte[memory.keptBytes()];
        in.readFully(memory.blocks);
        return memory;
    }

    private static int words(int memoryBytes) {
        return memoryBytes / (BLOCK_BYTES * Long.SIZE);
    }
}
