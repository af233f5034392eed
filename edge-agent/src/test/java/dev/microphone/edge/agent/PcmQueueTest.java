package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PcmQueueTest {
    private final PcmQueue queue = new PcmQueue(SteppedSource.FORMAT);

    @Test
    void shouldRefuseWhenFullAndTakeAgainWhenAChunkWasReleased() {
        PcmChunk mine = queue.newChunk();
        PcmChunk first = mine;
        for (int i = 0; i < PcmQueue.CAPACITY; i++) {
            assertEquals(i * 100 / PcmQueue.CAPACITY, queue.utilisationPercent());
            mine = queue.exchange(mine);
            assertNotNull(mine);
        }
        assertEquals(100, queue.utilisationPercent());
        assertNull(queue.exchange(mine));
        PcmChunk oldest = queue.poll();
        assertSame(first, oldest);
        assertNull(queue.exchange(mine));
        queue.release(oldest);
        assertSame(oldest, queue.exchange(mine));
    }

    @Test
    void shouldMakeOnlyAsManyChunksAsItWasEverLong() {
        Set<PcmChunk> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        PcmChunk mine = queue.newChunk();
        for (int i = 0; i < 1_000; i++) {
            seen.add(mine);
            mine = queue.exchange(mine);
            PcmChunk taken = queue.poll();
            assertNotNull(taken);
            queue.release(taken);
        }
        assertEquals(2, seen.size());
    }

    @Test
    void shouldKeepOrderAndContentBetweenTwoThreads() throws InterruptedException {
        int chunks = 200_000;
        Thread producer = new Thread(() -> {
            PcmChunk mine = queue.newChunk();
            for (int i = 0; i < chunks; i++) {
                mine.captureTimeNs = i;
                mine.lengthBytes = i ^ 0x55;
                PcmChunk free;
                while ((free = queue.exchange(mine)) == null) {
                    Thread.onSpinWait();
                }
                mine = free;
            }
        });
        producer.start();
        for (int i = 0; i < chunks; i++) {
            PcmChunk[] taken = new PcmChunk[1];
            Await.until(() -> (taken[0] = queue.poll()) != null);
            assertEquals(i, taken[0].captureTimeNs);
            assertEquals(i ^ 0x55, taken[0].lengthBytes);
            queue.release(taken[0]);
        }
        producer.join();
        assertTrue(queue.poll() == null);
    }
}
