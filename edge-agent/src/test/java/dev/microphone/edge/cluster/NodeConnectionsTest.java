package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;
import org.junit.jupiter.api.Test;

final class NodeConnectionsTest {
    private static final NodeEndpoint NODE = new NodeEndpoint("node", 40_100, 40_101);
    private static final long SECOND_NS = 1_000_000_000L;

    /** Connected until it is closed. */
    private static final class OpenLink implements Link {
        private boolean isOpen = true;

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

    /** A route keeps the way to its owner before that without using it, and may turn there when it is gone. */
    @Test
    void shouldTellWhoStillHasAConnectionThatItWasClosed() {
        NodeConnections connections = new NodeConnections(node -> new OpenLink());
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
    }
}
