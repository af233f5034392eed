package dev.microphone.router.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.Frames;
import dev.microphone.router.SinkContexts;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.transport.frame.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SinkWorkerTest {
    /** Room for 16 frames of 20 ms, of which the last cannot be used. */
    private static final int SMALL_RING = 64 * 1024;

    private static final String LABEL = "test:";

    private final SinkContexts contexts = new SinkContexts();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final RecordedCalls sink = new RecordedCalls();

    private SinkWorker worker(OverflowPolicy overflow) {
        return new SinkWorker(contexts.context(LABEL), sink, overflow, clock, SMALL_RING);
    }

    private int fill(SinkWorker worker) {
        int taken = 0;
        while (worker.offer(Frames.frame(1, 1, taken))) {
            taken++;
        }
        return taken;
    }

    @Test
    void shouldRefuseAFrameWhenTheQueueOfARecordingIsFull() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);

        int taken = fill(worker);

        assertTrue(taken >= 15, () -> "only " + taken + " frames fitted");
        assertEquals(0, contexts.dropped(LABEL, "queue_full"));
        worker.doWork();
        assertTrue(worker.offer(Frames.frame(1, 1, taken)));
    }

    @Test
    void shouldDropAndCountAFrameWhenTheQueueOfLiveListenersIsFull() {
        SinkWorker worker = worker(OverflowPolicy.DROP);

        for (int i = 0; i < 40; i++) {
            assertTrue(worker.offer(Frames.frame(1, 1, i)));
        }
        worker.onClose();

        assertEquals(40, sink.sequences.size() + contexts.dropped(LABEL, "queue_full"));
        assertTrue(contexts.dropped(LABEL, "queue_full") > 20);
    }

    @Test
    void shouldDeliverWhatIsQueuedBeforeItClosesTheSink() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);
        int taken = fill(worker);

        worker.onClose();

        assertEquals(taken, sink.sequences.size());
        assertEquals(1, sink.closes);
    }

    @Test
    void shouldFlushOnceASecondWhenTimePasses() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);

        worker.doWork();
        clock.update(SinkWorker.FLUSH_INTERVAL_NS - 1);
        worker.doWork();
        assertEquals(0, sink.flushes);
        clock.update(SinkWorker.FLUSH_INTERVAL_NS);
        worker.doWork();
        worker.doWork();
        assertEquals(1, sink.flushes);
        clock.update(2 * SinkWorker.FLUSH_INTERVAL_NS);
        worker.doWork();

        assertEquals(2, sink.flushes);
    }

    @Test
    void shouldCloseTheSinkSayWhyAndCountItsFramesWhenItFails() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);
        sink.failure = new IOException("the cable is out");
        worker.offer(Frames.frame(1, 1, 0));
        worker.offer(Frames.frame(1, 1, 1));

        worker.doWork();
        worker.offer(Frames.frame(1, 1, 2));
        worker.onClose();

        assertEquals(List.of("test:: the cable is out: this sink has stopped"), contexts.messages);
        assertEquals(List.of(new SinkFaulted(LABEL, "the cable is out", 1)), contexts.events);
        assertEquals("test:: the cable is out: this sink has stopped", worker.fault());
        assertEquals(3, contexts.dropped(LABEL, "sink_failed"));
        assertEquals(1, sink.closes);
    }

    @Test
    void shouldCountTheFrameAndGoOnWhenTheSinkThrowsABug() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);
        sink.bug = new IllegalStateException("a bug");
        worker.offer(Frames.frame(1, 1, 0));
        assertThrows(IllegalStateException.class, worker::doWork);
        sink.bug = null;
        worker.offer(Frames.frame(1, 1, 1));

        worker.doWork();

        assertEquals(List.of(1L), sink.sequences);
        assertEquals(1, contexts.dropped(LABEL, "sink_threw"));
        assertNull(worker.fault());
    }

    @Test
    void shouldNotQueueFramesThatTheSinkDoesNotWant() {
        SinkWorker worker = worker(OverflowPolicy.BACK_PRESSURE);
        sink.wanted = false;

        for (int i = 0; i < 100; i++) {
            assertTrue(worker.offer(Frames.frame(1, 1, i)));
        }
        worker.onClose();

        assertEquals(List.of(), sink.sequences);
        assertFalse(sink.wants(1));
    }

    private static final class RecordedCalls implements Sink {
        final List<Long> sequences = new ArrayList<>();
        boolean wanted = true;
        int flushes;
        int closes;

        @Nullable
        IOException failure;

        @Nullable
        RuntimeException bug;

        @Override
        public void onFrame(Frame frame) throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (bug != null) {
                throw bug;
            }
            sequences.add(frame.sequence());
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close() {
            closes++;
        }

        @Override
        public boolean wants(long streamId) {
            return wanted;
        }
    }
}
