package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class NodeConnectionsTest {
    private static final NodeEndpoint NODE = new NodeEndpoint("node", 40_100, 40_101);
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<Throwable> errors = new ArrayList<>();

    /** Connected until it is closed; or refused. */
    private static final class OpenLink implements Link {
        private final @Nullable Throwable refusal;
        private boolean isOpen;

        OpenLink(@Nullable Throwable refusal) {
            this.refusal = refusal;
            isOpen = refusal == null;
        }

        @Override
        public @Nullable Throwable refusal() {
            return refusal;
        }

        @Override
        public boolean isConnected() {
            return isOpen;
        }

        @Override
        public boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
            return isOpen;
        }

        @Override
        public boolean hasRoom() {
            return isOpen;
        }

        @Override
        public boolean onFrame(Frame frame) {
            return isOpen;
        }

        @Override
        public int poll(AnswerHandler handler, int limit) {
            return 0;
        }

        @Override
        public void close() {
            isOpen = false;
        }
    }

    /** Does not come about. */
    private static Link silent() {
        OpenLink link = new OpenLink(null);
        link.isOpen = false;
        return link;
    }

    /** A route keeps the way to its owner before that without using it, and may turn there when it is gone. */
    @Test
    void shouldTellWhoStillHasAConnectionThatItWasClosed() {
        NodeConnections connections = new NodeConnections(node -> new OpenLink(null), errors::add);
        NodeConnection unused = connections.to(NODE, 0);
        connections.check(0);
        assertTrue(unused.isConnected());
        assertFalse(unused.hasFailed());
        connections.check(10 * SECOND_NS);
        assertEquals(0, connections.size());
        assertFalse(unused.link().isConnected());
        assertTrue(unused.hasFailed());
        assertFalse(unused.isConnected());
        assertNotSame(unused, connections.to(NODE, 10 * SECOND_NS));
        assertFalse(connections.hasJustFailed(NODE, 10 * SECOND_NS));
        connections.close();
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayWhichNodeCannotBeCalledAndNotLookForAnotherAtOnce() {
        UnknownHostException noAddress = new UnknownHostException("no address");
        NodeConnections connections = new NodeConnections(node -> new OpenLink(noAddress), errors::add);
        connections.searches(NODE, 0);
        NodeConnection refused = connections.to(NODE, 0);
        assertFalse(refused.hasFailed());
        connections.check(SECOND_NS / 10);
        assertTrue(refused.hasFailed());
        assertEquals(0, connections.size());
        assertEquals(
                List.of("no connection to node node:40100/40101: no address"),
                errors.stream().map(Throwable::getMessage).toList());
        assertSame(noAddress, errors.get(0).getCause());
        assertFalse(connections.maySearch(2 * SECOND_NS));
        assertTrue(connections.maySearch(21 * SECOND_NS / 10));
        connections.close();
    }

    /** Which is for nodes that have too much to do. */
    @Test
    void shouldNotGiveOthersMoreTimeForThatTheyCanBeCalled() {
        List<Throwable> refusals = new ArrayList<>(List.of(new IOException("1"), new IOException("2")));
        NodeConnections connections = new NodeConnections(
                node -> refusals.isEmpty() ? silent() : new OpenLink(refusals.remove(0)), errors::add);
        connections.to(NODE, 0);
        connections.check(0);
        connections.to(NODE, 0);
        connections.check(0);
        assertEquals(2, errors.size());
        NodeConnection silent = connections.to(NODE, 0);
        connections.check(SECOND_NS - 1);
        assertFalse(silent.hasFailed());
        connections.check(SECOND_NS);
        assertTrue(silent.hasFailed());
        connections.close();
    }
}
