package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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
    /** Of one stream in one go, so that a stream with a long backlog does not hold up the others. */
    private static final int SEND_LIMIT = 16;
    /** Of all backfills in one go: what a live frame may find before it. */
    private static final int BACKFILL_LIMIT = 4;
    /** From one go to the next: 16 times as fast as captured, which leaves a node most of its time for live frames. */
    private static final long BACKFILL_INTERVAL_NS = 5_000_000L;

    private static final long CHECK_INTERVAL_NS = 10_000_000L;

    private final Spool spool;
    private final StreamDirectory names;
    private final NanoClock clock;
    private final StreamRoutes routes;
    private final NodeConnections connections;
    private final NodeConnections backfillConnections;
    private final NodeSearch search;
    private final NodeAnswers answers;
    private final Frame frame = new Frame();
    private final AtomicCounter unknownStreams;
    private final AtomicCounter waiting;
    private final AtomicCounter backfilling;
    private long nextCheckNs;
    private long nextBackfillNs;
    private long waitingFrames;
    private int waitingStreams;
    private boolean liveWaits;
    private boolean hasNode;

    /**
     * @param liveFirst which streams do not wait for their backlog
     * @param nodes any of the cluster; asked in turn
     * @param names of the streams whose frames come in
     * @param errors told of nodes that cannot even be called
     * @param warnings takes a line about a stream, once a minute for each at most; on the agent's thread
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
            Consumer<String> warnings,
            NanoClock clock)
            throws IOException {
        this.spool = spool;
        this.connections = new NodeConnections(links, errors);
        this.backfillConnections = new NodeConnections(links, errors);
        this.names = names;
        this.clock = clock;
        unknownStreams = metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", "unnamed");
        waiting = metrics.gauge("microphone_spool_waiting_frames");
        backfilling = metrics.gauge("microphone_spool_backfill_frames");
        search = new NodeSearch(nodes, metrics);
        routes = new StreamRoutes(spool, liveFirst, connections, backfillConnections, metrics);
        answers = new NodeAnswers(routes, search, metrics, warnings, clock);
    }

    /** Takes the frame in every case: it is sent, or kept until it can be. */
    @Override
    public boolean onFrame(Frame captured) {
        StreamRoute route = routes.find(captured.streamId());
        SpooledRun run = route == null ? null : route.newestRun();
        if (route == null || run == null || run.capturedEpoch() != captured.epoch()) {
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
        int work = answers.poll(connections) + answers.poll(backfillConnections);
        if (nowNs - nextCheckNs >= 0) {
            nextCheckNs = nowNs + CHECK_INTERVAL_NS;
            connections.check(nowNs);
            backfillConnections.check(nowNs);
            backfilling.setRelease(routes.backfillFrames());
        }
        waitingFrames = 0;
        waitingStreams = 0;
        liveWaits = false;
        connections.beginRound();
        work += advanceLive(nowNs, false) + advanceLive(nowNs, true);
        work += backfill(liveWaits || nowNs - nextBackfillNs < 0 ? 0 : BACKFILL_LIMIT, nowNs);
        waiting.setRelease(waitingFrames);
        return work;
    }

    /**
     * All streams that come sooner or later in this round: who got nothing through in the one before goes first, so that
     * where a connection has no room for all their backlogs, each of them gets on alike.
     */
    private int advanceLive(long nowNs, boolean later) {
        List<StreamRoute> live = routes.live();
        int work = 0;
        for (int place = 0; place < live.size(); place++) {
            StreamRoute route = live.get(place);
            if (comesLater(route, place) == later) {
                int sent = advance(route, nowNs, SEND_LIMIT);
                work += sent;
                boolean waits = route.waitsForRoom();
                liveWaits |= waits;
                if (waits && sent == 0) {
                    Objects.requireNonNull(route.connection()).hadNoRoomFor(place);
                }
            }
        }
        return work;
    }

    private static boolean comesLater(StreamRoute route, int place) {
        NodeConnection connection = route.connection();
        return connection != null && connection.comesLater(place);
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
        if (!route.isTaken()) {
            waitingStreams++;
            return search.advance(route, run, nowNs);
        }
        hasNode = true;
        return send(route, limit);
    }

    private int send(StreamRoute route, int limit) {
        NodeConnection connection = route.connection();
        SpooledRun run = route.run();
        if (connection == null || run == null || !route.isTaken()) {
            return 0;
        }
        Link link = connection.link();
        int sent = 0;
        while (sent < limit && run.hasNext() && link.hasRoom()) {
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
}
