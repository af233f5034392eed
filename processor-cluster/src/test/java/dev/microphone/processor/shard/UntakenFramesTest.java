package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import org.junit.jupiter.api.Test;

final class UntakenFramesTest {
    private final UntakenFrames untaken = new UntakenFrames();
    private final Frame frame = new Frame();
    private long next;

    private void fill() {
        while (!untaken.isFull()) {
            untaken.add(frame.epoch(7).sequence(next), 100 * (next + 1));
            next++;
        }
    }

    @Test
    void shouldForgetWhatWasTakenAndNoMore() {
        fill();
        untaken.forgetUntil(1_099);
        assertEquals(10, untaken.first());
        assertEquals(10, untaken.oldest().sequence());
        // Around the end of the ring.
        fill();
        assertEquals(next, untaken.end());
        untaken.forgetUntil(100 * next);
        assertTrue(untaken.isEmpty());
    }

    @Test
    void shouldHaveEachFrameSentAgainOnceAndForgetNoneThatWasNot() {
        fill();
        untaken.forgetUntil(500);
        untaken.sendAgain();
        // Positions of another session: those of the one before say nothing.
        untaken.forgetUntil(Long.MAX_VALUE);
        assertEquals(5, untaken.first());
        for (long sequence = 5; sequence < next; sequence++) {
            assertTrue(untaken.hasUnsent());
            assertEquals(sequence, untaken.nextUnsent().sequence());
            untaken.sent(sequence);
        }
        assertFalse(untaken.hasUnsent());
        untaken.forgetUntil(6);
        assertEquals(7, untaken.first());
    }

    @Test
    void shouldHandOverTheOldestFirst() {
        fill();
        for (long sequence = 0; sequence < next; sequence++) {
            assertEquals(sequence, untaken.oldest().sequence());
            untaken.removeOldest();
        }
        assertTrue(untaken.isEmpty());
        assertFalse(untaken.hasUnsent());
    }
}
