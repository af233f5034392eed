package dev.microphone.edge.cluster;

import dev.microphone.transport.link.NodeEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/** An agent's connections: one for each node and port, however many streams use it. One thread. */
final class NodeConnections implements AutoCloseable {
    /** For both directions to come about: three round trips across the world. One that hangs is then opened anew. */
    private static final long CONNECT_TIMEOUT_NS = 1_000_000_000L;
    /**
     * Twice as long after each that did not come about, up to 4 s, so that agents do not keep a node busy with connections
     * that they give up before it gets round to them.
     */
    private static final int MAX_DOUBLINGS = 2;

    /** A connection that nobody uses is kept for the next stream; for longer, a node would have twice as many. */
    private static final long UNUSED_NS = 3_000_000_000L;
    /** The cluster takes some seconds to notice that a node is dead, and sends streams there meanwhile. */
    private static final long FAILED_NS = 10_000_000_000L;
    /** Between two nodes, so that an agent without any does not spin. */
    private static final long NEXT_NODE_NS = 50_000_000L;
    /** A node whose name has no address is not called again before that. */
    private static final long UNREACHABLE_NS = 2_000_000_000L;

    private final Links links;
    private final ErrorHandler errors;
    private final Map<NodeEndpoint, NodeConnection> byNode = new HashMap<>();
    private final List<NodeConnection> open = new ArrayList<>();
    private final Map<String, Long> failedAtNs = new HashMap<>();
    private long nextOpenNs;
    private int failuresInARow;

    /** @param errors told of nodes that cannot even be called */
    NodeConnections(Links links, ErrorHandler errors) {
        this.links = links;
        this.errors = errors;
    }

    int size() {
        return open.size();
    }

    NodeConnection get(int index) {
        return open.get(index);
    }

    private boolean has(NodeEndpoint node) {
        return byNode.containsKey(node);
    }

    /** Whether it is time to look for another node. */
    boolean maySearch(long nowNs) {
        return nowNs - nextOpenNs >= 0;
    }

    /** Another node is about to be asked. */
    void searches(NodeEndpoint node, long nowNs) {
        if (!has(node)) {
            nextOpenNs = nowNs + NEXT_NODE_NS;
        }
    }

    /** It could not even be called, as its name has no address, or the like. */
    void isUnreachable(NodeEndpoint node, Throwable why, long nowNs) {
        errors.onError(new IOException("no connection to node " + node + ": " + why.getMessage(), why));
        nextOpenNs = nowNs + UNREACHABLE_NS;
    }

    /** The connection to that node, opened when there is none; what {@link Links#open} throws leaves this. */
    NodeConnection to(NodeEndpoint node, long nowNs) {
        NodeConnection connection = byNode.get(node);
        if (connection == null) {
            connection = new NodeConnection(node, links.open(node), nowNs);
            byNode.put(node, connection);
            open.add(connection);
        }
        return connection;
    }

    /** Another round over all streams begins. */
    void beginRound() {
        for (int i = 0; i < open.size(); i++) {
            open.get(i).beginRound();
        }
    }

    /** One that stands, and is neither of those; null when there is none. */
    @Nullable
    NodeConnection connected(@Nullable NodeConnection butNot, @Nullable NodeConnection norThat) {
        for (int i = 0; i < open.size(); i++) {
            NodeConnection connection = open.get(i);
            if (connection.isConnected() && connection != butNot && connection != norThat) {
                return connection;
            }
        }
        return null;
    }

    /** Closes those that were lost, did not come about in time, or are not used. */
    void check(long nowNs) {
        boolean hasAnyFailed = false;
        for (int i = open.size() - 1; i >= 0; i--) {
            NodeConnection connection = open.get(i);
            connection.check(nowNs, CONNECT_TIMEOUT_NS << Math.min(failuresInARow, MAX_DOUBLINGS));
            if (connection.isConnected()) {
                failuresInARow = 0;
            }
            if (connection.hasFailed() || connection.isUnused(nowNs, UNUSED_NS)) {
                open.remove(i);
                byNode.remove(connection.node());
                if (connection.hasFailed()) {
                    failedAtNs.put(addressOf(connection.node()), nowNs);
                }
                Throwable refusal = connection.link().refusal();
                if (refusal != null) {
                    isUnreachable(connection.node(), refusal, nowNs);
                } else {
                    hasAnyFailed |= connection.hasFailed();
                }
                connection.close();
            }
        }
        // Those that are opened together count once.
        failuresInARow += hasAnyFailed ? 1 : 0;
    }

    /** Whether the others may not have noticed yet that this node is gone. */
    boolean hasJustFailed(NodeEndpoint node, long nowNs) {
        Long failedNs = failedAtNs.get(addressOf(node));
        return failedNs != null && nowNs - failedNs < FAILED_NS;
    }

    /** All ports of a node fail together. */
    private static String addressOf(NodeEndpoint node) {
        return node.host() + "/" + node.responsePort();
    }

    @Override
    public void close() {
        open.forEach(NodeConnection::close);
        open.clear();
        byNode.clear();
    }
}
