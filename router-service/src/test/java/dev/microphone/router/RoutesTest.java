package dev.microphone.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.sink.OverflowPolicy;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkWorker;
import dev.microphone.router.stream.StreamStatus;
import dev.microphone.router.stream.Streams;
import dev.microphone.schemas.event.Gap;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final long STREAM = 7;

    private final SinkContexts contexts = new SinkContexts();
    private final Sequences slow = new Sequences();
    private final Sequences quick = new Sequences();
    private final SinkWorker slowWorker =
            new SinkWorker(contexts.context("slow:"), slow, OverflowPolicy.BACK_PRESSURE, () -> 0);
    private final SinkWorker quickWorker =
            new SinkWorker(contexts.context("quick:"), quick, OverflowPolicy.BACK_PRESSURE, () -> 0);
    private final Routes routes =
            new Routes(contexts.streams, List.of(slowWorker, quickWorker), contexts.events::add, contexts.metrics);

    private boolean deliver(long sequence) {
        return routes.onFrame(Frames.frame(STREAM, 1, sequence));
    }

    private void drain() {
        slowWorker.onClose();
        quickWorker.onClose();
    }

    private StreamStatus status() {
        return contexts.streams.statuses().get(0);
    }

    private long counter(String name) {
        return contexts.metrics.counter(name, "stage", "router").get();
    }

    private long dropped(String reason) {
        return contexts.metrics
                .counter("microphone_frames_dropped_total", "stage", "router", "reason", reason)
                .get();
    }

    @Test
    void shouldDeliverEachFrameToEachSinkOnceWhenOneOfThemIsFull() {
        long next = 0;
        while (deliver(next)) {
            while (quickWorker.doWork() > 0) {
                // The quick one keeps up.
            }
            next++;
        }
        long refused = next;
        assertFalse(deliver(refused));
        assertFalse(deliver(refused));
        while (slowWorker.doWork() > 0) {
            // Now there is room.
        }
        assertTrue(deliver(refused));
        assertTrue(deliver(refused + 1));
        drain();

        List<Long> expected = LongStream.rangeClosed(0, refused + 1).boxed().toList();
        assertEquals(expected, slow.sequences);
        assertEquals(expected, quick.sequences);
        assertEquals(refused + 2, status().frames());
        assertEquals(0, dropped("duplicate"));
    }

    @Test
    void shouldCountAndNameARunThatSaysToBeBeforeOneThatItHas() {
        for (long sequence = 0; sequence < 3; sequence++) {
            assertTrue(routes.onFrame(Frames.frame(STREAM, 8, sequence)));
        }
        assertTrue(routes.onFrame(Frames.frame(STREAM, 9, 0)));
        // Sent again by a processor that begins behind an old snapshot.
        assertTrue(routes.onFrame(Frames.frame(STREAM, 8, 2)));
        assertEquals(1, dropped("duplicate"));
        assertEquals(List.of(), contexts.events);

        assertTrue(routes.onFrame(Frames.frame(STREAM, 8, 3)));
        assertTrue(routes.onFrame(Frames.frame(STREAM, 5, 0)));
        assertTrue(routes.onFrame(Frames.frame(STREAM, 5, 1)));
        assertEquals(3, dropped("earlier_epoch"));
        assertEquals(1, dropped("duplicate"));
        assertEquals(
                List.of(
                        new Gap("", STREAM, 8, 3, 3, "router", "earlier_epoch"),
                        new Gap("", STREAM, 5, 0, 0, "router", "earlier_epoch")),
                contexts.events);
        drain();
        assertEquals(List.of(0L, 1L, 2L, 0L), quick.sequences);
    }

    @Test
    void shouldTakeAnotherStreamsFrameWhileOneIsRefused() {
        long next = 0;
        while (deliver(next)) {
            next++;
        }
        quickWorker.doWork();
        slowWorker.doWork();

        assertTrue(routes.onFrame(Frames.frame(8, 1, 0)));
        assertTrue(deliver(next));
        drain();

        assertEquals(next + 2, slow.sequences.size());
        assertEquals(next + 2, quick.sequences.size());
    }

    @Test
    void shouldCountTheSinksThatMissAFrameWhenItIsNotOfferedAgain() {
        long next = 0;
        while (deliver(next)) {
            next++;
        }
        while (slowWorker.doWork() + quickWorker.doWork() > 0) {
            // Empty both queues.
        }

        assertTrue(deliver(next + 1));

        assertEquals(2, dropped("not_offered_again"));
    }

    @Test
    void shouldDropAndCountAFrameThatWasDeliveredBefore() {
        for (long sequence : new long[] {0, 1, 2, 1, 2, 3}) {
            assertTrue(deliver(sequence));
        }
        drain();

        assertEquals(List.of(0L, 1L, 2L, 3L), quick.sequences);
        assertEquals(2, dropped("duplicate"));
        assertEquals(2, status().duplicates());
    }

    @Test
    void shouldDropAFrameOfAnEarlierEpochWhenANewOneHasBegun() {
        routes.onFrame(Frames.frame(STREAM, 1, 0));
        routes.onFrame(Frames.frame(STREAM, 2, 0));
        routes.onFrame(Frames.frame(STREAM, 1, 1));
        drain();

        assertEquals(List.of(0L, 0L), quick.sequences);
        assertEquals(1, dropped("earlier_epoch"));
    }

    @Test
    void shouldCountTheGapAndTheLateFrameWhenFramesComeOutOfOrder() {
        for (long sequence : new long[] {0, 1, 5, 3, 6}) {
            deliver(sequence);
        }
        drain();

        assertEquals(List.of(0L, 1L, 5L, 6L), quick.sequences);
        assertEquals(1, counter("microphone_gaps_total"));
        assertEquals(3, counter("microphone_frames_missing_total"));
        assertEquals(List.of(new Gap("", STREAM, 1, 2, 4, "router", "lost")), contexts.events);
        assertEquals(1, dropped("late"));
        assertEquals(1, status().gaps());
        assertEquals(3, status().missing());
        assertEquals(1, status().late());
    }

    @Test
    void shouldCountNoGapWhenItJoinsAStreamInItsMiddle() {
        deliver(1_000);
        deliver(1_001);

        assertEquals(0, counter("microphone_gaps_total"));
        assertEquals(1_001, status().sequence());
    }

    @Test
    void shouldNotDeliverReferenceAndSealedFrames() {
        routes.onFrame(Frames.frame(STREAM, 1, 0).flags(FrameFlags.REFERENCE));
        routes.onFrame(Frames.frame(STREAM, 1, 0).keyId(3));
        drain();

        assertEquals(List.of(), quick.sequences);
        assertEquals(1, counter("microphone_reference_frames_total"));
        assertEquals(1, dropped("sealed"));
    }

    @Test
    void shouldTellLatencyOnlyWhenTheFrameHasAMomentOfCapture() {
        routes.advanceTo(0, 5_000_000_000L);
        routes.onFrame(Frames.frame(STREAM, 1, 0));
        assertTrue(status().latencyMs().isEmpty());

        routes.onFrame(Frames.frame(STREAM, 1, 1).clockQuality(ClockQuality.NTP).captureTimeNs(4_970_000_000L));

        assertEquals(30, status().latencyMs().orElseThrow(), 0.001);
    }

    @Test
    void shouldRefuseMoreStreamsThanItRemembersAndForgetSilentOnes() {
        for (int stream = 0; stream < Streams.MAX_STREAMS; stream++) {
            routes.onFrame(Frames.frame(stream, 1, 0));
            slowWorker.doWork();
            quickWorker.doWork();
        }
        routes.onFrame(Frames.frame(Streams.MAX_STREAMS, 1, 0));
        assertEquals(1, dropped("too_many_streams"));

        contexts.streams.removeIdle(Streams.IDLE_TIMEOUT_NS + 1);
        routes.onFrame(Frames.frame(Streams.MAX_STREAMS, 1, 0));

        assertEquals(1, dropped("too_many_streams"));
        assertEquals(1, contexts.streams.statuses().size());
    }

    private static final class Sequences implements Sink {
        final List<Long> sequences = new ArrayList<>();

        @Override
        public void onFrame(Frame frame) {
            sequences.add(frame.sequence());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
