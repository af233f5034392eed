package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.agrona.ErrorHandler;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Sends each stream to the node that owns it, from where that node has it on, and keeps every frame until it is
 * acknowledged.
 *
 * <p>A stream says hello to any node, goes where it is sent, and starts anew with the next node when a connection is lost,
 * does not come about, or gives no answer. Frames always find room in the spool. Owned by the agent's thread, on which frames
 * come in too. Allocates nothing per frame.
 */
public final class ClusterSender implements FrameHandler, Agent {
    /** A node whose name has no address is not called again before that. */
    private static final long UNREACHABLE_NS = 2_000_000_000L;
    /** For an answer, before the hello is repeated. */
    private static final long ANSWER_TIMEOUT_NS = 200_000_000L;
    /** A node that lets so many hellos go unanswered is left. */
    private static final int MAX_UNANSWERED = 10;
    /** Who does not know the owner yet is asked again after that time. */
    private static final long ASK_AGAIN_NS = 100_000_000L;
    /** Between two nodes, so that an agent without any does not spin. */
    private static final long NEXT_NODE_NS = 50_000_000L;

    private static final int ANSWER_LIMIT = 64;
    /** Of one stream in one go, so that a stream with a long backlog does not hold up the others. */
    private static final int SEND_LIMIT = 16;

    private static final long CHECK_INTERVAL_NS = 10_000_000L;

    private final Spool spool;
    private final List<NodeEndpoint> nodes;
    private final StreamDirectory names;
    private final ErrorHandler errors;
    private final NanoClock clock;
    private final Long2ObjectHashMap<StreamRoute> byId = new Long2ObjectHashMap<>();
    private final List<StreamRoute> routes = new ArrayList<>();
    private final NodeConnections connections;
    private final Answers answers = new Answers();
    private final Frame frame = new Frame();
    private final AtomicCounter reconnections;
    private final AtomicCounter replayed;
    private final AtomicCounter unknownStreams;
    private final AtomicCounter waiting;
    private final Map<String, AtomicCounter> refused = new HashMap<>();
    private int nextNode;
    private long nextCheckNs;
    private long nextOpenNs;
    private long waitingFrames;
    private int waitingStreams;
    private boolean hasNode;

    /**
     * @param nodes any of the cluster; asked in turn
     * @param names of the streams whose frames come in
     * @param errors told of nodes that cannot even be called
     * @throws IOException when what an earlier process spooled cannot be read; the message is for users
     */
    public ClusterSender(
            Spool spool,
            Links links,
            List<NodeEndpoint> nodes,
            StreamDirectory names,
            Metrics metrics,
            ErrorHandler errors,
            NanoClock clock)
            throws IOException {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node to ask: name at least one, as host:port");
        }
        this.spool = spool;
        this.connections = new NodeConnections(links);
        this.nodes = List.copyOf(nodes);
        this.names = names;
        this.errors = errors;
        this.clock = clock;
        reconnections = metrics.counter("microphone_node_changes_total");
        replayed = metrics.counter("microphone_frames_replayed_total");
        unknownStreams = metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", "unnamed");
        waiting = metrics.gauge("microphone_spool_waiting_frames");
        for (String reason : List.of("lower_attempt", "unknown_stream", "wrong_epoch", "covers_too_much")) {
            refused.put(
                    reason,
                    metrics.counter("microphone_link_messages_refused_total", "stage", "agent", "reason", reason));
        }
        for (SpooledRun run : spool.recover()) {
            route(run.stream()).add(run);
        }
    }

    private StreamRoute route(StreamName stream) {
        StreamRoute route = byId.get(stream.streamId());
        if (route == null) {
            route = new StreamRoute(stream);
            byId.put(stream.streamId(), route);
            routes.add(route);
        }
        return route;
    }

    /** Takes the frame in every case: it is sent, or kept until it can be. */
    @Override
    public boolean onFrame(Frame captured) {
        StreamRoute route = byId.get(captured.streamId());
        SpooledRun run = route == null ? null : route.newestRun();
        if (route == null || run == null || run.epoch() != captured.epoch()) {
            route = begin(captured);
            if (route == null) {
                unknownStreams.incrementRelease();
                return true;
            }
            run = Objects.requireNonNull(route.newestRun());
        }
        captured.seal();
        run.append(captured);
        send(route, 1);
        return true;
    }

    private @Nullable StreamRoute begin(Frame captured) {
        StreamName stream = StreamName.ofText(names.nameOf(captured.streamId()));
        if (stream == null) {
            return null;
        }
        StreamRoute route = route(stream);
        SpooledRun before = route.newestRun();
        if (before != null) {
            before.end();
        }
        route.add(spool.begin(stream, captured.epoch()));
        return route;
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        int work = 0;
        for (int i = 0; i < connections.size(); i++) {
            answers.from = connections.get(i);
            work += connections.get(i).link().poll(answers, ANSWER_LIMIT);
        }
        if (nowNs - nextCheckNs >= 0) {
            nextCheckNs = nowNs + CHECK_INTERVAL_NS;
            connections.check(nowNs);
        }
        waitingFrames = 0;
        waitingStreams = 0;
        for (int i = 0; i < routes.size(); i++) {
            work += advance(routes.get(i), nowNs);
        }
        waiting.setRelease(waitingFrames);
        return work;
    }

    private int advance(StreamRoute route, long nowNs) {
        SpooledRun run = route.run();
        while (run != null && run.isEmpty() && run.hasEnded()) {
            spool.finish(route.removeRun(nowNs));
            run = route.run();
        }
        if (run == null) {
            return 0;
        }
        waitingFrames += run.waiting();
        NodeConnection connection = route.connection();
        if (connection == null || !connection.isConnected() || !route.isOwned()) {
            waitingStreams++;
        } else {
            hasNode = true;
        }
        if (connection == null || connection.hasFailed()) {
            return turnToNextNode(route, nowNs);
        }
        if (!connection.isConnected()) {
            return 0;
        }
        if (!route.isOwned()) {
            return sayHello(route, run, connection, nowNs);
        }
        return send(route, SEND_LIMIT);
    }

    private int turnToNextNode(StreamRoute route, long nowNs) {
        if (nowNs - nextOpenNs < 0) {
            return 0;
        }
        if (route.connection() != null) {
            reconnections.incrementRelease();
        }
        // A node that is there, for it takes other streams, knows where this one belongs.
        NodeConnection other = connections.connected(route.connection(), route.left());
        if (other != null) {
            route.turnTo(other, nowNs);
            return 1;
        }
        NodeEndpoint node = nodes.get(nextNode);
        nextNode = (nextNode + 1) % nodes.size();
        if (!connections.has(node)) {
            nextOpenNs = nowNs + NEXT_NODE_NS;
        }
        turn(route, node, nowNs);
        return 1;
    }

    /** A node whose name has no address, or the like, is reported, and the next one asked. */
    private void turn(StreamRoute route, NodeEndpoint node, long nowNs) {
        NodeConnection connection = null;
        try {
            connection = connections.to(node, nowNs);
        } catch (RuntimeException e) {
            errors.onError(new IOException("no connection to node " + node + ": " + e.getMessage(), e));
            nextOpenNs = nowNs + UNREACHABLE_NS;
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

    private int send(StreamRoute route, int limit) {
        NodeConnection connection = route.connection();
        SpooledRun run = route.run();
        if (connection == null || run == null || !route.isOwned() || !connection.isConnected()) {
            return 0;
        }
        Link link = connection.link();
        int sent = 0;
        while (sent < limit && run.hasNext()) {
            if (run.next(frame)) {
                if (!link.onFrame(frame)) {
                    break;
                }
                run.sent();
            }
            sent++;
        }
        return sent;
    }

    /** Frames that nobody could be given, for they had to make room. */
    public long lostFrames() {
        return routes.stream()
                .map(StreamRoute::newestRun)
                .filter(Objects::nonNull)
                .mapToLong(SpooledRun::lostFrames)
                .sum();
    }

    /** Whether a node takes every stream that has something to send; false before the first. On the agent's thread. */
    public boolean isTaken() {
        return hasNode && waitingStreams == 0;
    }

    /** Whether every frame has been acknowledged. */
    public boolean isEmpty() {
        return spool.frames() == 0;
    }

    @Override
    public void onClose() {
        connections.close();
        spool.close();
    }

    @Override
    public String roleName() {
        return "cluster-sender";
    }

    private void refuse(String reason) {
        Objects.requireNonNull(refused.get(reason)).incrementRelease();
    }

    /** What nodes say; anything may come from outside. */
    private final class Answers implements AnswerHandler {
        private @Nullable NodeConnection from;

        /** The route, when the answer comes from where the stream has asked and is not an old one. */
        private @Nullable StreamRoute routeOf(long streamId, long attempt) {
            StreamRoute route = byId.get(streamId);
            if (route == null || route.connection() != from) {
                refuse("unknown_stream");
                return null;
            }
            if (attempt < route.attempt()) {
                refuse("lower_attempt");
                return null;
            }
            return route;
        }

        @Override
        public void onOwner(
                long streamId,
                long epoch,
                long coveredSequence,
                long attempt,
                long acknowledgementIntervalMs,
                String endpoint,
                String chain) {
            StreamRoute route = routeOf(streamId, attempt);
            if (route == null) {
                return;
            }
            SpooledRun run = route.run();
            if (run == null || run.epoch() != epoch) {
                refuse("wrong_epoch");
                return;
            }
            if (coveredSequence >= run.nextSequence()) {
                refuse("covers_too_much");
                return;
            }
            if (!endpoint.isEmpty()) {
                turn(route, NodeEndpoint.parse(endpoint), clock.nanoTime());
                return;
            }
            long waitingBefore = run.waiting();
            run.sendFromBehind(coveredSequence);
            replayed.getAndAddRelease(Math.max(0, run.waiting() - waitingBefore));
            route.owned(epoch, attempt);
        }

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {
            StreamRoute route = byId.get(streamId);
            if (route == null || route.connection() != from) {
                refuse("unknown_stream");
                return;
            }
            long nowNs = clock.nanoTime();
            if (endpoint.isEmpty()) {
                route.notOwned(nowNs, ASK_AGAIN_NS);
                return;
            }
            if (attempt < route.attempt()) {
                refuse("lower_attempt");
                route.notOwned(nowNs, ASK_AGAIN_NS);
                return;
            }
            NodeEndpoint node = NodeEndpoint.parse(endpoint);
            if (attempt <= route.attempt() && connections.hasJustFailed(node, nowNs)) {
                route.notOwned(nowNs, ASK_AGAIN_NS);
                return;
            }
            turn(route, node, nowNs);
        }

        @Override
        public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
            StreamRoute route = routeOf(streamId, attempt);
            if (route == null) {
                return;
            }
            SpooledRun run = route.runOf(epoch);
            if (run == null) {
                refuse("wrong_epoch");
            } else if (coveredSequence >= run.nextSequence()) {
                refuse("covers_too_much");
            } else {
                run.acknowledge(coveredSequence);
            }
        }
    }
}
