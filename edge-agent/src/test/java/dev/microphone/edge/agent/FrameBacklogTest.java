package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameBacklogTest {
    private final FrameLog next = new FrameLog();
    private final Frame frame = new Frame();
    private final FramePool pool = new FramePool(3);
    private final FrameBacklog backlog = new FrameBacklog(pool, 3);

    private int offer(FrameBacklog to, long sequence) {
        return to.offer(frame.sequence(sequence).flags(0), next);
    }

    @Test
    void shouldKeepNothingWhenTheNextStageHasRoom() {
        assertEquals(0, offer(backlog, 0));
        assertTrue(backlog.isEmpty());
        assertEquals(List.of(0L), next.sequences());
    }

    @Test
    void shouldKeepTheOrderWhenRoomComesBack() {
        next.full = true;
        assertEquals(0, offer(backlog, 0));
        next.full = false;
        assertEquals(0, offer(backlog, 1));
        assertEquals(List.of(), next.sequences());
        assertEquals(2, backlog.drainTo(next));
        assertEquals(0, offer(backlog, 2));
        assertEquals(List.of(0L, 1L, 2L), next.sequences());
        assertEquals(List.of(), next.sequencesWith(FrameFlags.GAP_BEFORE));
    }

    @Test
    void shouldDropTheOldestAndSaySoWhenFull() {
        next.full = true;
        int dropped = 0;
        for (int sequence = 0; sequence < 5; sequence++) {
            dropped += offer(backlog, sequence);
        }
        assertEquals(2, dropped);
        assertEquals(0, backlog.drainTo(next));
        next.full = false;
        assertEquals(3, backlog.drainTo(next));
        assertEquals(List.of(2L, 3L, 4L), next.sequences());
        assertEquals(List.of(2L), next.sequencesWith(FrameFlags.GAP_BEFORE));
    }

    @Test
    void shouldKeepAtLeastTheNewestWhenOthersHaveEmptiedThePool() {
        FrameBacklog other = new FrameBacklog(pool, 3);
        next.full = true;
        for (int sequence = 0; sequence < 3; sequence++) {
            offer(other, sequence);
        }
        assertEquals(0, offer(backlog, 10));
        assertEquals(1, offer(backlog, 11));
        next.full = false;
        assertEquals(1, backlog.drainTo(next));
        assertEquals(List.of(11L), next.sequences());
        assertEquals(3, other.clear());
        next.full = true;
        assertEquals(0, offer(backlog, 12) + offer(backlog, 13) + offer(backlog, 14));
    }

    @Test
    void shouldAllocateNothingOnceItsFramesAreMade() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        FrameHandler full = refused -> false;
        FrameHandler room = taken -> true;
        long before = 0;
        int rounds = 10_000;
        for (int i = -2_000; i < rounds; i++) {
            if (i == 0) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            for (int sequence = 0; sequence < 4; sequence++) {
                backlog.offer(frame.sequence(sequence), full);
            }
            backlog.drainTo(room);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < rounds, allocated + " bytes in " + rounds + " rounds");
    }
}
