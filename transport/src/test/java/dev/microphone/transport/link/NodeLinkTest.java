package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agent and node, each with a media driver of its own, over UDP on loopback. */
final class NodeLinkTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int FRAME_PORTS = 2;
    private static final StreamName NAME = new StreamName("acme/berlin/desk/mic");

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> hellos = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final List<Long> sequences = new ArrayList<>();
    private final Recorder recorder = new Recorder(answers);
    private final Frame frame = new Frame();
    private int basePort;
    private EmbeddedMedia agentSide;
    private NodePort node;
    private long asking;
    private long sender;
    private boolean onFramePort;

    @BeforeEach
    void launch() throws IOException {
        basePort = FreePorts.inARow(2 + FRAME_PORTS);
        agentSide = open(EmbeddedMedia.launch(NodeLinkTest::fail));
        EmbeddedMedia nodeSide = open(EmbeddedMedia.launch(NodeLinkTest::fail));
        node = open(new NodePort(
                nodeSide.aeron(),
                "127.0.0.1",
                basePort,
                FRAME_PORTS,
                (session, stream, epoch, oldest, next) -> {
                    asking = session;
                    hellos.add(stream + " " + epoch + " " + oldest + " " + next);
                },
                metrics,
                "processor"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private boolean onFrame(Frame received) {
        sequences.add(received.sequence());
        sender = node.session();
        onFramePort = node.isOnFramePort();
        return true;
    }

    private void await(BooleanSupplier condition, NodeLink... links) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + hellos + answers + sequences);
            node.poll(this::onFrame, 10);
            for (NodeLink link : links) {
                link.poll(recorder, 10);
            }
        }
    }

    private NodeLink link(NodeEndpoint endpoint) {
        NodeLink link = open(new NodeLink(agentSide.aeron(), endpoint, metrics));
        await(link::isConnected, link);
        return link;
    }

    @Test
    void shouldProposeTheFramePortsInTurnToAgentsThatComeOneAfterTheOtherAndGoThere() {
        List<Integer> proposed = new ArrayList<>();
        for (int agent = 0; agent < 2 * FRAME_PORTS; agent++) {
            NodeEndpoint frames = node.frameEndpoint(sessionOf(link(node.endpoint())));
            proposed.add(frames.port() - basePort - 2);
            sessionOf(link(frames));
        }
        assertEquals(List.of(0, 1, 0, 1), proposed);
    }

    private long sessionOf(NodeLink link) {
        hellos.clear();
        await(() -> link.hello(NAME, 7, 17, 40), link);
        await(() -> !hellos.isEmpty(), link);
        return asking;
    }

    @Test
    void shouldAnswerAHelloOnTheConnectionThatTheAgentOpened() {
        NodeLink link = link(node.endpoint());
        await(() -> link.hello(NAME, 7, 17, 40), link);
        await(() -> !hellos.isEmpty(), link);
        assertEquals(List.of(NAME + " 7 17 40"), hellos);
        String endpoint = node.frameEndpoint(asking).toString();
        await(() -> node.owner(asking, -5, 7, 16, 3, 5_000, endpoint, "rnnoise"), link);
        await(() -> node.moved(asking, -6, 3, endpoint), link);
        await(() -> node.acknowledged(asking, -5, 7, 39, 3), link);
        await(() -> answers.size() == 3, link);
        assertEquals(
                List.of(
                        "owner -5 7 16 3 5000 " + endpoint + " rnnoise",
                        "moved -6 3 " + endpoint,
                        "acknowledged -5 7 39 3"),
                answers);
    }

    @Test
    void shouldTakeFramesOnEachOfItsPortsAndSayWhoSentThem() {
        NodeEndpoint first = new NodeEndpoint("127.0.0.1", basePort + 2, basePort + 1);
        NodeEndpoint second = new NodeEndpoint("127.0.0.1", basePort + 3, basePort + 1);
        List<Long> senders = new ArrayList<>();
        for (NodeEndpoint endpoint : List.of(first, second)) {
            NodeLink link = link(endpoint);
            sequences.clear();
            await(() -> link.onFrame(frame.streamId(1).epoch(1).sequence(3)), link);
            await(() -> !sequences.isEmpty(), link);
            senders.add(sender);
            assertTrue(onFramePort);
        }
        assertNotEquals(senders.get(0), senders.get(1));
        NodeEndpoint proposed = node.frameEndpoint(senders.get(0));
        assertEquals(proposed, node.frameEndpoint(senders.get(0)));
        assertNotEquals(proposed, node.frameEndpoint(senders.get(1)));
    }

    @Test
    void shouldNotAnswerAnAgentThatHasGone() {
        NodeLink link = link(node.endpoint());
        await(() -> link.hello(NAME, 1, 0, 0), link);
        await(() -> !hellos.isEmpty(), link);
        await(() -> node.acknowledged(asking, 1, 1, 0, 0), link);
        opened.remove(link);
        link.close();
        await(() -> !node.acknowledged(asking, 1, 1, 0, 0));
        assertFalse(node.acknowledged(12_345_678, 1, 1, 0, 0));
    }

    @Test
    void shouldAllocateNothingPerFrameAndAcknowledgement() {
        NodeLink link = link(node.endpoint());
        await(() -> link.hello(NAME, 1, 0, 0), link);
        await(() -> !hellos.isEmpty(), link);
        CountingAnswers counting = new CountingAnswers();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 30; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                link.onFrame(frame.streamId(1).epoch(1).sequence(i));
                node.poll(NodeLinkTest::take, 10);
                node.acknowledged(asking, 1, 1, i, 0);
                link.poll(counting, 10);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(counting.count > 1_000, counting.count + " acknowledgements");
        // The management bean itself, not a thousand frames.
        assertTrue(least < 1_000, least + " bytes for 1,000 frames and acknowledgements");
    }

    private static boolean take(Frame frame) {
        return true;
    }

    private static final class CountingAnswers implements AnswerHandler {
        private long count;

        @Override
        public void onOwner(
                long streamId, long epoch, long covered, long attempt, long everyMs, String endpoint, String chain) {}

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {}

        @Override
        public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
            count++;
        }
    }
}
