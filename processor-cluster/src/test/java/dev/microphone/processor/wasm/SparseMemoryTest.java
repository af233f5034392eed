package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseMemoryTest {
    private static final int PAGE = 65_536;

    private static SparseMemory readBack(SparseMemory memory) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        memory.writeTo(new DataOutputStream(bytes));
        return SparseMemory.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 4 * PAGE);
    }

    /** One object takes memories that change more and less, grow and shrink; in each case all comes back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldGiveBackEveryByteWhateverHasChanged(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        SparseMemory sparse = new SparseMemory(PluginMemory.UNLIMITED);
        byte[] base = new byte[2 * PAGE];
        random.nextBytes(base);
        for (int round = 0; round < 40; round++) {
            byte[] memory = Arrays.copyOf(base, random.nextInt(2, 5) * PAGE);
            int changes = random.nextInt(0, 1 << random.nextInt(12));
            for (int i = 0; i < changes; i++) {
                memory[random.nextInt(memory.length)] = (byte) random.nextInt();
            }

            sparse.take(memory, base, 0, 0, 0);

            for (SparseMemory copy : new SparseMemory[] {sparse, readBack(sparse)}) {
                byte[] restored = Arrays.copyOf(base, memory.length);
                copy.restore(restored);
                assertArrayEquals(memory, restored);
            }
            assertTrue(sparse.keptBytes() <= changes * SparseMemory.BLOCK_BYTES);
        }
    }

    @Test
    void shouldKeepOnlyTheBlocksThatDiffer() {
        byte[] base = new byte[PAGE];
        byte[] memory = new byte[2 * PAGE];
        memory[0] = 1;
        memory[SparseMemory.BLOCK_BYTES - 1] = 1;
        memory[PAGE - 1] = 1;
        memory[2 * PAGE - 1] = 1;
        SparseMemory sparse = new SparseMemory(PluginMemory.UNLIMITED);

        sparse.take(memory, base, 0, 0, 0);

        assertEquals(3 * SparseMemory.BLOCK_BYTES, sparse.keptBytes());
    }

    /** Whole blocks only: what is dead in part is kept. */
    @Test
    void shouldLeaveOutWhatIsDeadOrIdle() {
        byte[] base = new byte[PAGE];
        byte[] memory = new byte[2 * PAGE];
        Arrays.fill(memory, (byte) 1);
        SparseMemory sparse = new SparseMemory(PluginMemory.UNLIMITED);
        byte[] restored = new byte[2 * PAGE];

        sparse.take(memory, base, 1_000, PAGE - 200, PAGE + 1_000);
        sparse.restore(restored);

        for (int i = 0; i < restored.length; i++) {
            boolean left = i < 7 * 128 || (i >= PAGE - 128 && i < PAGE + 7 * 128);
            assertEquals(left ? 0 : 1, restored[i], "byte " + i);
        }
    }

    @Test
    void shouldMakeNoRoomForBlocksThatAreNotThere() {
        int length = 1 << 30;
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + length / SparseMemory.BLOCK_BYTES / Byte.SIZE + 1_000)
                .putInt(length);
        while (bytes.remaining() > 1_000) {
            bytes.put((byte) -1);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        IOException refusal = assertThrows(
                IOException.class,
                () -> SparseMemory.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.array())), length));

        assertEquals("8388608 blocks of 128 bytes, and 1000 bytes are left", refusal.getMessage());
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocatedBytes < 16 << 20, allocatedBytes + " bytes");
    }

    @Test
    void shouldRefuseALengthThatNoMemoryHas() {
        for (int length : new int[] {-PAGE, PAGE + 128, 5 * PAGE}) {
            byte[] bytes = java.nio.ByteBuffer.allocate(4).putInt(length).array();
            assertThrows(
                    IOException.class,
                    () -> SparseMemory.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)), 4 * PAGE));
        }
    }
}
