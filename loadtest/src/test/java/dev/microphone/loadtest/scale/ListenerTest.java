package dev.microphone.loadtest.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import org.junit.jupiter.api.Test;

final class ListenerTest {
    private static final long RUN = 2;

    private final Listener listener = new Listener((handler, limit) -> 0, RUN);
    private final Frame frame = new Frame();

    private void come(long streamId, long epoch, long sequence, long dueNs) {
        assertTrue(listener.onFrame(
                frame.streamId(streamId).epoch(epoch).sequence(sequence).captureTimeNs(dueNs)));
    }

    /** The node sends what it still had of the step before to whoever listens at the same address now. */
    @Test
    void shouldCountAndMeasureFramesOfItsOwnRunOnly() {
        long dueNs = System.nanoTime();
        listener.measure(dueNs, Long.MAX_VALUE);
        come(1, RUN - 1, 5_000, dueNs);
        come(1, RUN - 1, 5_001, dueNs);
        assertEquals(0, listener.streams());
        come(1, RUN, 0, dueNs);
        come(1, RUN, 1, dueNs);
        come(1, RUN - 1, 5_002, dueNs);
        assertEquals(1, listener.streams());
        assertEquals(2, listener.taken());
        assertEquals(0, listener.missing());
        assertEquals(0, listener.duplicates());
        assertEquals(3, listener.ofOtherRuns());
        assertEquals(2, listener.delaysNs().getTotalCount());
    }

    @Test
    void shouldCountWhatIsMissingAndWhatComesTwice() {
        come(1, RUN, 0, 0);
        come(1, RUN, 3, 0);
        come(1, RUN, 3, 0);
        come(2, RUN, 1, 0);
        assertEquals(2, listener.streams());
        assertEquals(3, listener.taken());
        assertEquals(3, listener.missing());
        assertEquals(1, listener.duplicates());
        assertEquals(0, listener.delaysNs().getTotalCount());
    }
}
