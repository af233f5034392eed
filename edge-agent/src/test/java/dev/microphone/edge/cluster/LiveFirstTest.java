package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.Link;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream that goes live first, through lost connections. */
final class LiveFirstTest extends LiveFirstScenario {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGoOnLiveAtOnceAndSendTheBacklogBehindIt(boolean onDisk) throws IOException {
        open(LIVE_FIRST, onDisk);
        FakeNode live = backlogOf10Seconds();
        assertEquals(List.of(), live.frames);
        capture(7, 2, 0);
        assertEquals(List.of(600L, 601L), live.framesOf(ID));
        assertEquals(List.of(600L), live.gapsBefore);
        work(20);
        FakeNode behind = newest();
        assertEquals(List.of(BACKFILL + " 7 0 600"), behind.hellos);
        behind.owns(BEHIND, 7, -1, 5, "");
        work(0);
        for (int i = 0; i < 25; i++) {
            int sent = behind.frames.size();
            capture(7, 1, 0);
            assertEquals(602 + i, live.frames.get(live.frames.size() - 1));
            work(20);
            assertEquals(sent + 4 * 4, behind.frames.size());
        }
        work(1_000);
        assertEquals(range(0, 600), behind.framesOf(BEHIND));
        assertEquals(List.of(0L), behind.gapsBefore);
        assertEquals(range(600, 627), live.framesOf(ID));
        assertEquals(600, metrics.counter("microphone_frames_set_aside_total").get());
    }

    @Test
    void shouldForgetOnlyThatOfWhichTheAcknowledgementSpeaks() throws IOException {
        open(LIVE_FIRST, true);
        FakeNode live = backlogOf10Seconds();
        capture(7, 10, 0);
        work(20);
        FakeNode behind = newest();
        behind.owns(BEHIND, 7, -1, 5, "");
        work(1_000);
        assertEquals(610, frames());
        live.acknowledges(ID, 7, 604, 3);
        work(10);
        assertEquals(605, frames());
        behind.acknowledges(BEHIND, 7, 399, 5);
        work(10);
        assertEquals(205, frames());
        assertEquals(200, metrics.gauge("microphone_spool_backfill_frames").get());
        behind.acknowledges(BEHIND, 7, 599, 5);
        work(10);
        assertEquals(5, frames());
        assertEquals(0, metrics.gauge("microphone_spool_backfill_frames").get());
        assertEquals(
                List.of("" + ID),
                runFolders()
                        .map(name -> "" + Long.parseUnsignedLong(name.substring(0, 16), 16))
                        .toList());
    }

    @Test
    void shouldSendNothingBehindWhileALiveFrameWaitsForRoom() throws IOException {
        open(LIVE_FIRST, false);
        FakeNode live = backlogOf10Seconds();
        capture(7, 1, 0);
        work(20);
        FakeNode behind = newest();
        behind.owns(BEHIND, 7, -1, 5, "");
        live.full = true;
        capture(7, 1, 0);
        work(500);
        assertEquals(List.of(), behind.frames);
        live.full = false;
        work(5);
        assertEquals(List.of(600L, 601L), live.framesOf(ID));
        assertEquals(range(0, 8), behind.framesOf(BEHIND));
    }

    @Test
    void shouldSetAsideAgainWhenTheLinkIsCutAgainAndKeepTheOrder() throws IOException {
        open(LIVE_FIRST, true);
        FakeNode live = backlogOf10Seconds();
        capture(7, 10, 0);
        linkIsCut = true;
        connections.forEach(connection -> connection.connected = false);
        work(50);
        capture(7, 100, 0);
        linkIsCut = false;
        work(2_500);
        assertEquals(range(600, 610), live.framesOf(ID));
        for (FakeNode connection : connections) {
            connection.owns(ID, 7, 604, 4, "");
        }
        work(20);
        capture(7, 1, 0);
        FakeNode behind = connections.stream()
                .filter(node -> node.connected && node.hellos.toString().contains(BACKFILL.value()))
                .findFirst()
                .orElseThrow();
        behind.owns(BEHIND, 7, -1, 5, "");
        work(1_000);
        assertEquals(range(0, 600), behind.framesOf(BEHIND));
        behind.acknowledges(BEHIND, 7, 599, 5);
        work(10);
        behind.owns(BEHIND, 7, 599, 5, "");
        work(1_000);
        assertEquals(range(0, 710), behind.framesOf(BEHIND));
        assertEquals(List.of(0L, 600L), behind.gapsBefore);
        assertEquals(
                List.of(710L),
                connections.stream()
                        .flatMap(node -> node.framesOf(ID).stream())
                        .filter(sent -> sent >= 610)
                        .toList());
    }

    @Test
    void shouldGoInOrderWhenThereIsLessThanASecond() throws IOException {
        open(LIVE_FIRST, false);
        cutTheLinkFor(20);
        newest().owns(ID, 7, 80, 3, "");
        work(20);
        assertEquals(range(81, 120), newest().framesOf(ID));
        assertEquals(List.of(), newest().gapsBefore);
    }

    @Test
    void shouldGoInOrderWhenTheSourceHasEndedAndNothingIsLive() throws IOException {
        open(LIVE_FIRST, false);
        cutTheLinkFor(500);
        capture(7, 1, FrameFlags.END_OF_STREAM);
        newest().owns(ID, 7, 80, 3, "");
        work(1_000);
        assertEquals(range(81, 601), newest().framesOf(ID));
    }

    @Test
    void shouldGoInOrderWhenTheStreamWasNotChosen() throws IOException {
        open(LiveFirst.none(), false);
        cutTheLinkFor(500);
        newest().owns(ID, 7, 80, 3, "");
        work(1_000);
        assertEquals(range(81, 600), newest().framesOf(ID));
        assertEquals(List.of(), newest().gapsBefore);
    }

    @Test
    void shouldBeginAnotherRunAtOnceWhenTheOneBeforeIsStillWaiting() throws IOException {
        open(LIVE_FIRST, false);
        cutTheLinkFor(100);
        sequence = 0;
        capture(8, 3, 0);
        work(300);
        FakeNode live = connections.stream()
                .filter(node -> node.hellos.contains(STREAM + " 8 0 3"))
                .findFirst()
                .orElseThrow();
        live.owns(ID, 8, -1, 3, "");
        work(20);
        assertEquals(range(0, 3), live.framesOf(ID));
        assertTrue(
                newest().hellos.contains(BACKFILL + " 7 0 200"), newest().hellos.toString());
    }

    @Test
    void shouldBeginAnotherRunAtOnceWhenTheOneBeforeIsSentButNotAcknowledged() throws IOException {
        open(LIVE_FIRST, false);
        capture(7, 10, 0);
        work(20);
        FakeNode live = newest();
        live.owns(ID, 7, -1, 3, "");
        work(20);
        live.acknowledges(ID, 7, 5, 3);
        work(20);
        assertEquals(range(0, 10), live.framesOf(ID));
        sequence = 0;
        capture(8, 3, 0);
        work(20);
        assertEquals(STREAM + " 8 0 3", live.hellos.get(1));
        live.owns(ID, 8, -1, 3, "");
        work(20);
        assertEquals(range(0, 3), live.framesOf(ID).subList(10, 13));
        FakeNode behind = newest();
        assertEquals(List.of(BACKFILL + " 7 6 10"), behind.hellos);
        behind.owns(BEHIND, 7, -1, 5, "");
        work(20);
        assertEquals(range(6, 10), behind.framesOf(BEHIND));
    }

    @Test
    void shouldSetNothingAsideWhenAllOfTheRunBeforeIsAcknowledged() throws IOException {
        open(LIVE_FIRST, false);
        capture(7, 10, 0);
        work(20);
        FakeNode live = newest();
        live.owns(ID, 7, -1, 3, "");
        work(20);
        live.acknowledges(ID, 7, 9, 3);
        work(20);
        sequence = 0;
        capture(8, 3, 0);
        work(20);
        assertEquals(STREAM + " 8 0 3", live.hellos.get(1));
        assertEquals(List.of(live), connections);
        assertEquals(0, metrics.counter("microphone_frames_set_aside_total").get());
    }

    @Test
    void shouldSetAllEarlierRunsAsideInTheirOrder() throws IOException {
        open(LIVE_FIRST, false);
        capture(7, 10, 0);
        work(20);
        newest().owns(ID, 7, -1, 3, "");
        work(20);
        sequence = 0;
        capture(8, 5, 0);
        sequence = 0;
        capture(9, 1, 0);
        work(50);
        assertEquals(List.of(BACKFILL + " 7 0 10"), newest().hellos);
        assertEquals(STREAM + " 9 0 1", connections.get(0).hellos.get(1));
    }

    @Test
    void shouldRefuseAStreamWhoseBackfillWouldHaveNoName() {
        StreamName longest = new StreamName("acme/berlin/desk/" + "m".repeat(55));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new LiveFirst(Set.of(longest), LiveFirst.DEFAULT_IN_ORDER_NS));
        assertTrue(refused.getMessage().contains(longest.value()), refused.getMessage());
    }

    /** Takes everything, and notes nothing. */
    private static final class Sink implements Link {
        private int helloed;
        private int frames;

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public @Nullable Throwable refusal() {
            return null;
        }

        @Override
        public boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
            helloed = stream.equals(STREAM) ? 1 : 2;
            return true;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public boolean onFrame(Frame sent) {
            frames++;
            return true;
        }

        @Override
        public int poll(AnswerHandler handler, int limit) {
            if (helloed > 0) {
                handler.onOwner(helloed == 1 ? ID : BEHIND, 7, -1, 1, 1_000, "", "none");
                helloed = 0;
            }
            return 0;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldAllocateNothingPerFrame() throws IOException {
        Sink[] sinks = {new Sink(), new Sink()};
        int[] opened = new int[1];
        sender = new ClusterSender(
                Spool.inMemory(new SpoolLimits(3_600, 256L << 20), metrics),
                LIVE_FIRST,
                endpoint -> sinks[opened[0]++],
                List.of(NODE),
                names,
                metrics,
                errors::add,
                warnings::add,
                clock);
        capture(7, 30_000, 0);
        work(20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 40; round++) {
            int before = sinks[1].frames;
            long bytesBefore = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                clock.advance(5_000_000);
                sender.doWork();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - bytesBefore);
            assertEquals(400, sinks[1].frames - before);
        }
        assertTrue(least < 100, least + " bytes for 400 frames");
    }
}
