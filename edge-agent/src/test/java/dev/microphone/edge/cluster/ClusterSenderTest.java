package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time and nodes are moved by hand. */
final class ClusterSenderTest {
    private static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    private static final long ID = STREAM.streamId();
    private static final NodeEndpoint FIRST = NodeEndpoint.parse("a:1");
    private static final NodeEndpoint SECOND = NodeEndpoint.parse("b:1");

    private final CachedNanoClock clock = new CachedNanoClock();
    private final Metrics metrics = new Metrics();
    private final StreamDirectory names = new StreamDirectory();
    private final Map<NodeEndpoint, FakeNode> nodes = new HashMap<>();
    private final List<NodeEndpoint> opened = new ArrayList<>();
    private final List<String> reported = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Frame frame = new Frame();
    private ClusterSender sender;
    private long sequence;
    private boolean isReachable = true;

    @BeforeEach
    void open() throws IOException {
        names.add(STREAM);
        clock.update(1);
        sender = new ClusterSender(
                Spool.inMemory(SpoolLimits.defaults(), metrics),
                LiveFirst.none(),
                endpoint -> {
                    opened.add(endpoint);
                    FakeNode node = node(endpoint);
                    node.connected = isReachable;
                    return node;
                },
                List.of(FIRST, SECOND),
                names,
                metrics,
                error -> reported.add(error.getMessage()),
                warnings::add,
                clock);
    }

    @AfterEach
    void noErrors() {
        assertEquals(List.of(), reported);
    }

    private FakeNode node(NodeEndpoint endpoint) {
        return nodes.computeIfAbsent(endpoint, key -> new FakeNode());
    }

    private void capture(long epoch, int frames, int flags) {
        for (int i = 0; i < frames; i++) {
            frame.streamId(ID)
                    .epoch(epoch)
                    .sequence(sequence++)
                    .captureTimeNs(sequence * 20_000_000L)
                    .flags(flags);
            assertTrue(sender.onFrame(frame));
        }
    }

    private void work(long milliseconds) {
        for (long i = 0; i < milliseconds; i += 10) {
            sender.doWork();
            clock.advance(10_000_000);
        }
        sender.doWork();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private long refused(String reason) {
        return metrics.counter("microphone_link_messages_refused_total", "stage", "agent", "reason", reason)
                .get();
    }

    @Test
    void shouldGoWhereItIsSentAndForgetWhatThatNodeAcknowledges() {
        capture(7, 10, 0);
        work(50);
        assertEquals(List.of(STREAM + " 7 0 10"), node(FIRST).hellos);
        node(FIRST).owns(ID, 7, -1, 3, "b:9/8");
        work(50);
        FakeNode owner = node(NodeEndpoint.parse("b:9/8"));
        assertEquals(List.of(STREAM + " 7 0 10"), owner.hellos);
        assertEquals(List.of(), owner.frames);
        owner.owns(ID, 7, -1, 3, "");
        work(50);
        assertEquals(range(0, 10), owner.frames);
        capture(7, 5, 0);
        assertEquals(range(0, 15), owner.frames);
        owner.answers.add(handler -> handler.onAcknowledged(ID, 7, 12, 3));
        work(10);
        assertEquals(2, metrics.gauge("microphone_spool_frames").get());
    }

    private FakeNode owned() {
        capture(7, 1, 0);
        work(20);
        node(FIRST).owns(ID, 7, -1, 3, "");
        work(20);
        assertEquals(List.of(0L), node(FIRST).frames);
        return node(FIRST);
    }

    @Test
    void shouldSayWhetherNodesTakeWhatItHas() {
        assertTrue(!sender.isTaken());
        FakeNode first = owned();
        work(10);
        assertTrue(sender.isTaken());
        first.connected = false;
        capture(7, 50, 0);
        work(20);
        assertTrue(!sender.isTaken());
        node(SECOND).owns(ID, 7, 0, 4, "");
        work(200);
        assertTrue(sender.isTaken());
    }

    @Test
    void shouldAskTheNextNodeWhenItsConnectionIsLostAndSendAgainWhatIsNotCovered() {
        FakeNode first = owned();
        capture(7, 99, 0);
        first.connected = false;
        capture(7, 50, 0);
        work(100);
        FakeNode second = node(SECOND);
        assertEquals(List.of(STREAM + " 7 0 150"), second.hellos);
        second.owns(ID, 7, 80, 4, "");
        work(200);
        assertEquals(range(81, 150), second.frames);
        assertEquals(List.of(), second.gapsBefore);
    }

    @Test
    void shouldKeepTryingNodesThatDoNotAnswer() {
        capture(7, 1, 0);
        work(2_500);
        assertEquals(10, node(FIRST).hellos.size());
        work(300);
        assertTrue(!node(SECOND).hellos.isEmpty());
        node(SECOND).connected = false;
        work(3_000);
        assertTrue(node(FIRST).hellos.size() > 10, node(FIRST).hellos.toString());
    }

    /** After 1, 2, 4 and 4 seconds; hundreds of agents would keep a node busy with what they give up. */
    @Test
    void shouldWaitLongerForEachConnectionThatDoesNotComeAbout() {
        isReachable = false;
        capture(7, 1, 0);
        work(14_000);
        assertEquals(5, opened.size());
        isReachable = true;
        work(3_000);
        assertEquals(6, opened.size());
        node(FIRST).connected = false;
        node(SECOND).connected = false;
        isReachable = false;
        work(2_500);
        assertEquals(8, opened.size());
    }

    @Test
    void shouldAskTheNextNodeTwoSecondsAfterOneThatCannotBeCalled() {
        node(FIRST).refusal = new UnknownHostException("the name a has no address");
        isReachable = false;
        capture(7, 1, 0);
        work(20);
        assertEquals(List.of("no connection to node a:1/2: the name a has no address"), reported);
        isReachable = true;
        work(1_900);
        assertEquals(List.of(FIRST), opened);
        work(200);
        assertEquals(List.of(FIRST, SECOND), opened);
        assertEquals(List.of(STREAM + " 7 0 1"), node(SECOND).hellos);
        assertEquals(1, reported.size());
        reported.clear();
    }

    /** A node's port for frames, found by its door; then the link is cut. */
    private FakeNode cutOffFrom(NodeEndpoint framePort) {
        owned();
        node(FIRST).answers.add(handler -> handler.onMoved(ID, 3, framePort.toString()));
        work(20);
        FakeNode frames = node(framePort);
        frames.owns(ID, 7, 0, 3, "");
        work(20);
        isReachable = false;
        node(FIRST).connected = false;
        node(SECOND).connected = false;
        frames.connected = false;
        work(500);
        frames.hellos.clear();
        return frames;
    }

    @Test
    void shouldGoOnWhereItWasWithoutAskingAnybodyWhenTheLinkIsBack() {
        NodeEndpoint port = NodeEndpoint.parse("a:9/2");
        FakeNode frames = cutOffFrom(port);
        // Opened side by side.
        assertEquals(List.of(SECOND, port), opened.subList(opened.size() - 2, opened.size()));
        frames.connected = true;
        work(20);
        assertEquals(List.of(STREAM + " 7 0 1"), frames.hellos);
        frames.owns(ID, 7, 0, 3, "");
        capture(7, 2, 0);
        work(20);
        assertEquals(List.of(1L, 2L), frames.frames);
    }

    @Test
    void shouldTakeThePortThatIsOpenWhenTheDoorNamesAnotherOfTheSameNode() {
        FakeNode frames = cutOffFrom(NodeEndpoint.parse("a:9/2"));
        int opens = opened.size();
        node(SECOND).connected = true;
        work(20);
        node(SECOND).owns(ID, 7, 0, 3, "a:10/2");
        work(20);
        frames.connected = true;
        work(20);
        assertEquals(List.of(STREAM + " 7 0 1"), frames.hellos);
        assertEquals(opens, opened.size());
    }

    @Test
    void shouldFollowAStreamThatHasMoved() {
        FakeNode first = owned();
        first.answers.add(handler -> handler.onMoved(ID, 4, "c:1/2"));
        work(20);
        FakeNode moved = node(NodeEndpoint.parse("c:1/2"));
        moved.owns(ID, 7, -1, 4, "");
        capture(7, 3, 0);
        work(20);
        assertEquals(range(0, 4), moved.frames);
    }

    @Test
    void shouldAskAgainWhenTheOwnerIsNotKnownYet() {
        FakeNode first = owned();
        int hellos = first.hellos.size();
        first.answers.add(handler -> handler.onMoved(ID, 3, ""));
        work(30);
        capture(7, 3, 0);
        assertEquals(hellos, first.hellos.size());
        assertEquals(List.of(0L), first.frames);
        work(50);
        assertEquals(hellos + 1, first.hellos.size());
        first.owns(ID, 7, 0, 3, "");
        work(20);
        assertEquals(range(0, 4), first.frames);
    }

    @Test
    void shouldSayHelloAtOnceToWhoeverHasTakenOverAtTheSameDoor() {
        FakeNode first = owned();
        int hellos = first.hellos.size();
        first.answers.add(handler -> handler.onMoved(ID, 4, ""));
        sender.doWork();
        assertEquals(hellos + 1, first.hellos.size());
        first.owns(ID, 7, -1, 4, "");
        sender.doWork();
        assertEquals(List.of(0L, 0L), first.frames);
        assertEquals(List.of(FIRST), opened);
    }

    @Test
    void shouldCountAndIgnoreWhatIsStaleOrHostile() {
        FakeNode first = owned();
        first.answers.add(handler -> handler.onAcknowledged(ID, 7, 0, 2));
        first.answers.add(handler -> handler.onOwner(ID, 7, -1, 2, 1, "evil:1/2", ""));
        first.answers.add(handler -> handler.onMoved(ID, 2, "evil:1/2"));
        first.owns(ID, 7, -1, 3, "");
        work(10);
        assertEquals(3, refused("lower_attempt"));
        first.answers.add(handler -> handler.onAcknowledged(ID, 7, 1, 3));
        first.answers.add(handler -> handler.onOwner(ID, 7, 1, 3, 1, "", ""));
        work(10);
        assertEquals(2, refused("covers_too_much"));
        first.answers.add(handler -> handler.onAcknowledged(ID, 6, 0, 3));
        first.answers.add(handler -> handler.onOwner(ID, 8, -1, 3, 1, "", ""));
        work(10);
        assertEquals(2, refused("wrong_epoch"));
        first.answers.add(handler -> handler.onAcknowledged(ID + 1, 7, 0, 3));
        first.answers.add(handler -> handler.onOwner(ID + 1, 7, -1, 3, 1, "evil:1/2", ""));
        first.answers.add(handler -> handler.onMoved(ID + 1, 9, "evil:1/2"));
        work(10);
        assertEquals(3, refused("unknown_stream"));
        assertEquals(1, metrics.gauge("microphone_spool_frames").get());
        assertTrue(opened.stream().noneMatch(node -> node.host().equals("evil")));
    }

    @Test
    void shouldDeliverTheRunBeforeFirst() {
        FakeNode first = owned();
        first.full = true;
        capture(7, 4, 0);
        sequence = 0;
        capture(8, 3, 0);
        first.full = false;
        work(20);
        assertEquals(range(0, 5), first.frames);
        first.frames.clear();
        first.answers.add(handler -> handler.onAcknowledged(ID, 7, 4, 3));
        work(20);
        assertEquals(STREAM + " 8 0 3", first.hellos.get(first.hellos.size() - 1));
        first.owns(ID, 8, -1, 3, "");
        work(20);
        assertEquals(range(0, 3), first.frames);
    }

    private long renumbered() {
        return metrics.counter("microphone_epochs_renumbered_total").get();
    }

    /** The device's clock was set back before the agent started: its epoch, 7, is below the one before, 9. */
    @Test
    void shouldBeginALaterRunWhenANodeHasFramesOfOneThatSaysToBeLater() {
        capture(7, 10, 0);
        work(20);
        FakeNode first = node(FIRST);
        first.owns(ID, 9, 41, 3, "");
        work(20);
        assertEquals(List.of(STREAM + " 7 0 10", STREAM + " 10 0 10"), first.hellos);
        assertEquals(List.of(), first.frames);
        first.owns(ID, 10, -1, 3, "");
        work(20);
        capture(7, 5, 0);
        assertEquals(range(0, 15), first.frames);
        assertEquals(Set.of(10L), first.epochs);
        first.acknowledges(ID, 10, 14, 3);
        work(20);
        assertEquals(0, metrics.gauge("microphone_spool_frames").get());
        assertEquals(1, renumbered());
        // What the source begins next is later still.
        sequence = 0;
        capture(8, 2, 0);
        work(20);
        assertEquals(STREAM + " 11 0 2", first.hellos.get(first.hellos.size() - 1));
    }

    /** A device without a clock that goes on starts at the same time again and again. */
    @Test
    void shouldBeginALaterRunWhenANodeHasFramesOfItThatItNeverSent() {
        capture(7, 10, 0);
        work(20);
        FakeNode first = node(FIRST);
        first.owns(ID, 7, 5_000, 3, "");
        work(20);
        assertEquals(STREAM + " 8 0 10", first.hellos.get(1));
        first.owns(ID, 8, -1, 3, "");
        work(20);
        assertEquals(range(0, 10), first.frames);
        // The same with fewer frames than there are now.
        first.connected = false;
        work(20);
        node(SECOND).owns(ID, 8, 3, 3, "");
        work(200);
        assertEquals(range(4, 10), node(SECOND).frames);
        assertEquals(1, renumbered());
    }

    /** Two agents that send the same stream push each other's epochs up for as long as both run. */
    @Test
    void shouldWarnOfAnotherSenderOfTheStreamOnceAMinute() {
        FakeNode first = owned();
        long epoch = 7;
        long endNs = clock.nanoTime() + 150 * 1_000_000_000L;
        while (clock.nanoTime() < endNs) {
            first.answers.add(handler -> handler.onMoved(ID, 3, ""));
            work(200);
            epoch += 2;
            first.owns(ID, epoch - 1, 50, 3, "");
            work(20);
            first.owns(ID, epoch, -1, 3, "");
            work(780);
        }
        assertTrue(renumbered() > 100, renumbered() + " times");
        assertEquals(3, warnings.size(), warnings::toString);
        assertEquals(
                "stream " + STREAM + ": a node has another run of it, epoch 8, so this one goes on as 9; said once,"
                        + " this machine's clock was set back; said again and again, another agent sends a stream of"
                        + " the same name",
                warnings.get(0));
        assertTrue(warnings.get(2).startsWith("stream " + STREAM), warnings.get(2));
    }

    @Test
    void shouldNotFollowAnEpochBehindWhichThereIsNone() {
        capture(7, 10, 0);
        work(20);
        node(FIRST).owns(ID, Frame.MAX_EPOCH, 3, 3, "");
        work(20);
        assertEquals(1, refused("wrong_epoch"));
        assertEquals(0, renumbered());
        assertEquals(10, metrics.gauge("microphone_spool_frames").get());
    }

    @Test
    void shouldHoldFramesBackWhileTheNodeHasNoRoom() {
        FakeNode first = owned();
        first.full = true;
        capture(7, 100, 0);
        work(20);
        assertEquals(1, first.frames.size());
        first.full = false;
        work(100);
        assertEquals(range(0, 101), first.frames);
    }
}
