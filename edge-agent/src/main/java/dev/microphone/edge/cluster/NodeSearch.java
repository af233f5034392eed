package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The way to the node that owns a stream: asks any of them, and the next one when a connection is lost, does not come
 * about, or gives no answer. One thread.
 */
final class NodeSearch {
    /** For an answer, before the hello is repeated. */
    private static final long ANSWER_TIMEOUT_NS = 200_000_000L;
    /** A node that lets so many hellos go unanswered is left. */
    private static final int MAX_UNANSWERED = 10;

    private final List<NodeEndpoint> nodes;
    private final ErrorHandler errors;
    private final AtomicCounter reconnections;
    private int nextNode;

    /**
     * @param nodes any of the cluster; asked in turn
     * @param errors told of nodes that cannot even be called
     */
    NodeSearch(List<NodeEndpoint> nodes, Metrics metrics, ErrorHandler errors) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node to ask: name at least one, as host:port");
        }
        this.nodes = List.copyOf(nodes);
        this.errors = errors;
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
        return connection.isConnected() ? sayHello(route, run, connection, nowNs) : 0;
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
        return 1;
    }

    /** Goes on at that node; one whose name has no address, or the like, is reported, and the next one asked. */
    void turn(StreamRoute route, NodeEndpoint node, long nowNs) {
        NodeConnection connection = null;
        try {
            connection = route.connections().to(node, nowNs);
        } catch (RuntimeException e) {
            errors.onError(new IOException("no connection to node " + node + ": " + e.getMessage(), e));
            route.connections().isUnreachable(nowNs);
        }
        route.turnTo(connection, nowNs);
    }

    private int sayHello(StreamRoute route, SpooledRun run, NodeConnection connection, long nowNs) {
        if (!route.isHelloDue(nowNs)) {
            return 0;
        }
        if (route.unanswered() >= MAX_UNANSWERED) {
            route.turnTo(null, nowNs);
            return 1;
        }
        if (connection.link().hello(route.stream(), run.epoch(), run.oldestSequence(), run.nextSequence())) {
            route.saidHello(nowNs, ANSWER_TIMEOUT_NS);
        }
        return 1;
    }
}
