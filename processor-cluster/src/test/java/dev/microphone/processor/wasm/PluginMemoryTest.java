package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PluginMemoryTest {
    private static final int MEBIBYTE = 1 << 20;

    private final PluginMemory memory = new PluginMemory(2 * MEBIBYTE);

    @Test
    void shouldGiveSoMuchAndNoMore() {
        assertTrue(memory.reserve(MEBIBYTE));
        assertTrue(memory.reserve(MEBIBYTE));
        assertFalse(memory.reserve(1));
        assertEquals(2 * MEBIBYTE, memory.usedBytes());

        memory.release(1);

        assertTrue(memory.reserve(1));
    }

    @Test
    void shouldSayWhatIsUsedAndWhatWasAskedFor() {
        assertTrue(memory.reserve(MEBIBYTE + MEBIBYTE / 2));

        PluginMemoryException refused =
                assertThrows(PluginMemoryException.class, () -> memory.allocate(MEBIBYTE, () -> new byte[MEBIBYTE]));

        assertEquals(
                "all plugins together may have 2.0 MiB and have 1.5: there is no room for 1.0 more",
                refused.getMessage());
    }

    @Test
    void shouldTakeNothingWhenTheHeapIsFull() {
        PluginMemoryException refused = assertThrows(
                PluginMemoryException.class,
                () -> memory.allocate(MEBIBYTE, () -> {
                    throw new OutOfMemoryError("Java heap space");
                }));

        assertEquals("the heap has no room for an instance or a snapshot: Java heap space", refused.getMessage());
        assertEquals(0, memory.usedBytes());
    }

    @Test
    void shouldCountAMemoryAsItGrowsAndOnceWhenItIsGone() {
        FlatMemory instance = new FlatMemory(1, 1_000, 10, memory);
        assertEquals(65_536, memory.usedBytes());

        assertEquals(1, instance.grow(2));
        assertEquals(3 * 65_536, memory.usedBytes());
        assertEquals(-1, instance.grow(30), "30 pages more than the 32 of all");
        assertEquals(3, instance.pages());
        FlatMemory copy = new FlatMemory(instance);
        assertEquals(6 * 65_536, memory.usedBytes());

        instance.release();
        instance.release();
        copy.release();

        assertEquals(0, memory.usedBytes());
    }

    @Test
    void shouldCountASnapshotAsItGrowsAndEmptyOneForWhichThereIsNoRoom() {
        byte[] base = new byte[65_536];
        byte[] changed = new byte[65_536];
        changed[0] = 1;
        SparseMemory snapshot = new SparseMemory(memory);
        snapshot.take(changed, base, 0, 0, 0);
        assertEquals(snapshot.heapBytes(), memory.usedBytes());
        long before = memory.usedBytes();
        assertTrue(memory.reserve(2 * MEBIBYTE - before));
        Arrays.fill(changed, (byte) 1);

        assertThrows(PluginMemoryException.class, () -> snapshot.take(changed, base, 0, 0, 0));

        assertEquals(0, snapshot.keptBytes());
        assertEquals(2 * MEBIBYTE, memory.usedBytes());
        snapshot.release();
        assertEquals(2 * MEBIBYTE - before, memory.usedBytes());
    }
}
