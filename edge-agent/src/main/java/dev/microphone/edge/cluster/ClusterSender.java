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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Sends each stream to the node that owns it, from where that node has it on, and keeps every frame until it is
 * acknowledged.
 *
 * <p>A stream says hello to any node, goes where it is sent, and starts anew with the next node when a connection is lost,
 * does not come about, or gives no answer. Frames always find room in the spool. What was set aside for a stream that goes
 * live first follows behind, on connections of its own and at most {@value #BACKFILL_LIMIT} frames in 5 ms. Owned by the
 * agent's thread, on which frames come in too. Allocates nothing per frame.
 */
public final class ClusterSender implements FrameHandler, Agent {
    /** For an answer, before the hello is repeated. */
    private static final long ANSWER_TIMEOUT_NS = 200_000_000L;
    /** A node that lets so many hellos go unanswered is left. */
    private static final int MAX_UNANSWERED = 10;
    /** Who does not know the owner yet is asked again after that time. */
    private static final long ASK_AGAIN_NS = 100_000_000L;

    private static final int ANSWER_LIMIT = 64;
    /** Of one stream in one go, so that a stream with a long backlog does not hold up the others. */
    private static final int SEND_LIMIT = 16;
    /** Of all backfills in one go: what a live frame may find before it. */
    private static final int BACKFILL_LIMIT = 4;
    /** From one go to the next: 16 times as fast as captured, which leaves a node most of its time for live frames. */
    private static final long BACKFILL_INTERVAL_NS = 5_000_000L;

    private static final long CHECK_INTERVAL_NS = 10_000_000L;

    private final Spool spool;
    private final List<NodeEndpoint> nodes;
    private final StreamDirectory names;
    private final ErrorHandler errors;
    private final NanoClock clock;
    private final StreamRoutes routes;
    private final NodeConnections connections;
    private final NodeConnections backfillConnections;
    private final Answers answers = new Answers();
    private final Frame frame = new Frame();
    private final AtomicCounter reconnections;
    private final AtomicCounter replayed;
    private final AtomicCounter unknownStreams;
    private final AtomicCounter waiting;
    private final AtomicCounter backfilling;
    private final Map<String, AtomicCounter> refused = new HashMap<>();
    private int nextNode;
    private long nextCheckNs;
    private long nextBackfillNs;
    private long waitingFrames;
    private int waitingStreams;
    private boolean hasNode;

    /**
     * @param liveFirst which streams do not wait for their backlog
     * @param nodes any of the cluster; asked in turn
     * @param names of the streams whose frames come in
     * @param errors told of nodes that cannot even be called
     * @throws IOException when what an earlier process spooled cannot be read; the message is for users
     */
    public ClusterSender(
            Spool spool,
            LiveFirst liveFirst,
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
        this.backfillConnections = new NodeConnections(links);
        this.nodes = List.copyOf(nodes);
        this.names = names;
        this.errors = errors;
        this.clock = clock;
        reconnections = metrics.counter("microphone_node_changes_total");
        replayed = metrics.counter("microphone_frames_replayed_total");
        unknownStreams = metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", "unnamed");
        waiting = metrics.gauge("microphone_spool_waiting_frames");
        backfilling = metrics.gauge("microphone_spool_backfill_frames");
        for (String reason : List.of("lower_attempt", "unknown_stream", "wrong_epoch", "covers_too_much")) {
            refused.put(
                    reason,
                    metrics.counter("microphone_link_messages_refused_total", "stage", "agent", "reason", reason));
        }
        routes = new StreamRoutes(spool, liveFirst, connections, backfillConnections, metrics);
    }

    /** Takes the frame in every case: it is sent, or kept until it can be. */
    @Override
    public boolean onFrame(Frame captured) {
        StreamRoute route = routes.find(captured.streamId());
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
        return stream == null ? null : routes.begin(stream, captured.epoch(), clock.nanoTime());
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        int work = poll(connections) + poll(backfillConnections);
        if (nowNs - nextCheckNs >= 0) {
            nextCheckNs = nowNs + CHECK_INTERVAL_NS;
            connections.check(nowNs);
            backfillConnections.check(nowNs);
            backfilling.setRelease(routes.backfillFrames());
        }
        waitingFrames = 0;
        waitingStreams = 0;
        boolean liveWaits = false;
        List<StreamRoute> live = routes.live();
        for (int i = 0; i < live.size(); i++) {
            work += advance(live.get(i), nowNs, SEND_LIMIT);
            liveWaits |= live.get(i).waitsForRoom();
        }
        work += backfill(liveWaits || nowNs - nextBackfillNs < 0 ? 0 : BACKFILL_LIMIT, nowNs);
        waiting.setRelease(waitingFrames);
        return work;
    }

    private int poll(NodeConnections from) {
        int polled = 0;
        for (int i = 0; i < from.size(); i++) {
            answers.from = from.get(i);
            polled += from.get(i).link().poll(answers, ANSWER_LIMIT);
        }
        return polled;
    }

    /** One stream's after the other's, as far as the limit goes. */
    private int backfill(int limit, long nowNs) {
        List<StreamRoute> backfills = routes.backfills();
        int work = 0;
        for (int i = 0; i < backfills.size(); i++) {
            work += advance(backfills.get(i), nowNs, Math.max(0, limit - work));
        }
        if (work > 0 && limit > 0) {
            nextBackfillNs = nowNs + BACKFILL_INTERVAL_NS;
        }
        return work;
    }

    private int advance(StreamRoute route, long nowNs, int limit) {
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
        return send(route, limit);
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

    /** A node whose name has no address, or the like, is reported, and the next one asked. */
    private void turn(StreamRoute route, NodeEndpoint node, long nowNs) {
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
        return routes.live().stream()
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
        backfillConnections.close();
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
            StreamRoute route = routes.find(streamId);
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
            if (!run.canBeCovered(coveredSequence)) {
                refuse("covers_too_much");
                return;
            }
            if (!endpoint.isEmpty()) {
                turn(route, NodeEndpoint.parse(endpoint), clock.nanoTime());
                return;
            }
            long waitingBefore = run.waiting();
            run.sendFromBehind(coveredSequence);
            if (routes.setAsideWhatIsTooLong(route, clock.nanoTime())) {
                run = route.run();
                if (run == null || run.epoch() != epoch) {
                    return;
                }
            } else {
                replayed.getAndAddRelease(Math.max(0, run.waiting() - waitingBefore));
            }
            route.owned(epoch, attempt);
        }

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {
            StreamRoute route = routes.find(streamId);
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
            if (attempt <= route.attempt() && route.connections().hasJustFailed(node, nowNs)) {
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
            } else if (!run.canBeCovered(coveredSequence)) {
                refuse("covers_too_much");
            } else {
                run.acknowledge(coveredSequence);
            }
        }
    }
}
