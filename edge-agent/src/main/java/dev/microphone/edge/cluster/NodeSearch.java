package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The way to the node that owns a stream: asks any of them, and the next one when a connection is lost, does not come
 * about, or gives no answer. One thread.
 */
final class NodeSearch {
    /** For an answer, before the hello is repeated. */
    private static final long ANSWER_TIMEOUT_NS = 200_000_000L;
    /** A node that for so long neither takes a stream nor says where it belongs is left. */
    private static final long PATIENCE_NS = 2_000_000_000L;

    private final List<NodeEndpoint> nodes;
    private final AtomicCounter reconnections;
    private int nextNode;

    /** @param nodes any of the cluster; asked in turn */
    NodeSearch(List<NodeEndpoint> nodes, Metrics metrics) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node to ask: name at least one, as host:port");
        }
        this.nodes = List.copyOf(nodes);
        reconnections = metrics.counter("microphone_node_changes_total");
    }

    /**
     * One step, for a route that no node takes yet.
     *
     * @param run the one that goes first
     * @return how much there was to do
     */
    int advance(StreamRoute route, SpooledRun run, long nowNs) {
        NodeConnection connection = route.connection();
        if (connection == null || connection.hasFailed()) {
            return turnToNextNode(route, nowNs);
        }
        if (connection.isConnected()) {
            return sayHello(route, run, connection, nowNs);
        }
        NodeConnection former = route.former();
        if (former != null && former.isConnected()) {
            route.turnTo(former, nowNs);
            return 1;
        }
        return 0;
    }

    private int turnToNextNode(StreamRoute route, long nowNs) {
        NodeConnections among = route.connections();
        if (!among.maySearch(nowNs)) {
            return 0;
        }
        if (route.connection() != null) {
            reconnections.incrementRelease();
        }
        // A node that is there, for it takes other streams, knows where this one belongs.
        NodeConnection other = among.connected(route.connection(), route.left());
        if (other != null) {
            route.turnTo(other, nowNs);
            return 1;
        }
        NodeEndpoint node = nodes.get(nextNode);
        nextNode = (nextNode + 1) % nodes.size();
        among.searches(node, nowNs);
        turn(route, node, nowNs);
        openFormer(route, nowNs);
        return 1;
    }

    /**
     * Opens the way to where the stream's frames went last as well, so that after a cut link it need not come about after the
     * other's. Where that node has died, nothing comes of it.
     */
    private void openFormer(StreamRoute route, long nowNs) {
        NodeEndpoint owner = route.lastOwner();
        if (owner != null) {
            route.former(open(route, owner, nowNs));
        }
    }

    /** Goes where the stream's frames are taken; of a node's ports for them the one that is open, or about to be. */
    void turnToOwner(StreamRoute route, NodeEndpoint owner, long nowNs) {
        NodeConnection former = route.former();
        if (former != null && !former.hasFailed() && former.node().isSameNode(owner)) {
            route.turnTo(former, nowNs);
        } else {
            turn(route, owner, nowNs);
        }
    }

    /** Goes on at that node, or at the next where it cannot be called. */
    void turn(StreamRoute route, NodeEndpoint node, long nowNs) {
        route.turnTo(open(route, node, nowNs), nowNs);
    }

    /** Null for one that cannot be called, which is reported. */
    private @Nullable NodeConnection open(StreamRoute route, NodeEndpoint node, long nowNs) {
        try {
            return route.connections().to(node, nowNs);
        } catch (RuntimeException e) {
            route.connections().isUnreachable(node, e, nowNs);
            return null;
        }
    }

    private int sayHello(StreamRoute route, SpooledRun run, NodeConnection connection, long nowNs) {
        if (!route.isHelloDue(nowNs)) {
            return 0;
        }
        if (route.hasAskedFor(nowNs, PATIENCE_NS)) {
            route.turnTo(null, nowNs);
            return 1;
        }
        if (connection.link().hello(route.stream(), run.epoch(), run.oldestSequence(), run.nextSequence())) {
            route.saidHello(nowNs, ANSWER_TIMEOUT_NS);
        }
        return 1;
    }
}
