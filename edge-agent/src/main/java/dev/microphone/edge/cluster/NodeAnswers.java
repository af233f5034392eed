package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What nodes say about streams, and what follows from it. Anything may come from outside: what is stale, or is not about
 * what was asked, is counted by its reason and ignored. One thread; acknowledgements allocate nothing.
 */
final class NodeAnswers implements AnswerHandler {
    private static final int LIMIT = 64;
    /** Who does not know the owner yet is asked again after that time. */
    private static final long ASK_AGAIN_NS = 50_000_000L;

    private final StreamRoutes routes;
    private final NodeSearch search;
    private final Consumer<String> warnings;
    private final NanoClock clock;
    private final AtomicCounter replayed;
    private final AtomicCounter renumbered;
    private final Map<String, AtomicCounter> refused = new HashMap<>();
    private @Nullable NodeConnection from;

    /** @param warnings takes a line about a stream, once a minute for each at most */
    NodeAnswers(StreamRoutes routes, NodeSearch search, Metrics metrics, Consumer<String> warnings, NanoClock clock) {
        this.routes = routes;
        this.search = search;
        this.warnings = warnings;
        this.clock = clock;
        replayed = metrics.counter("microphone_frames_replayed_total");
        renumbered = metrics.counter("microphone_epochs_renumbered_total");
        for (String reason : List.of("lower_attempt", "unknown_stream", "wrong_epoch", "covers_too_much")) {
            refused.put(
                    reason,
                    metrics.counter("microphone_link_messages_refused_total", "stage", "agent", "reason", reason));
        }
    }

    /** Takes in what has come; returns how many answers there were. */
    int poll(NodeConnections connections) {
        int polled = 0;
        for (int i = 0; i < connections.size(); i++) {
            from = connections.get(i);
            polled += connections.get(i).link().poll(this, LIMIT);
        }
        return polled;
    }

    private void refuse(String reason) {
        Objects.requireNonNull(refused.get(reason)).incrementRelease();
    }

    /** The route, when the answer comes from where the stream has asked; else counted. */
    private @Nullable StreamRoute routeOf(long streamId) {
        StreamRoute route = routes.find(streamId);
        if (route == null || route.connection() != from) {
            refuse("unknown_stream");
            return null;
        }
        return route;
    }

    /** The same, when the answer is not an old one either. */
    private @Nullable StreamRoute routeOf(long streamId, long attempt) {
        StreamRoute route = routeOf(streamId);
        if (route != null && attempt < route.attempt()) {
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
        if (run != null && route.isAsking() && isAnotherRun(run, epoch, coveredSequence)) {
            // Its frames would be dropped as those of the other: they go as a run that is later than both.
            renumber(route, run, epoch);
            return;
        }
        if (run == null || run.epoch() != epoch) {
            refuse("wrong_epoch");
            return;
        }
        if (!run.canBeCovered(coveredSequence)) {
            refuse("covers_too_much");
            return;
        }
        if (!endpoint.isEmpty()) {
            search.turnToOwner(route, NodeEndpoint.parse(endpoint), clock.nanoTime());
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

    /**
     * Whether a node speaks of another run of the source than the one it was asked about: of a later one, or of one with
     * the same epoch, of which it has frames that this one has not sent. So it is when the device's clock was set back.
     */
    private static boolean isAnotherRun(SpooledRun run, long epoch, long coveredSequence) {
        if (epoch == Frame.MAX_EPOCH || epoch < run.epoch()) {
            return false;
        }
        return epoch > run.epoch() || (coveredSequence >= 0 && !run.mayBeKnown()) || !run.canBeCovered(coveredSequence);
    }

    private void renumber(StreamRoute route, SpooledRun run, long knownEpoch) {
        long nowNs = clock.nanoTime();
        renumbered.incrementRelease();
        run.sendWithEpoch(knownEpoch + 1);
        route.notOwned(nowNs, 0);
        if (route.warns(nowNs)) {
            warnings.accept("stream " + route.stream() + ": a node has another run of it, epoch " + knownEpoch
                    + ", so this one goes on as " + run.epoch()
                    + "; said once, this machine's clock was set back; said again and again, another agent sends a"
                    + " stream of the same name");
        }
    }

    @Override
    public void onMoved(long streamId, long attempt, String endpoint) {
        StreamRoute route = routeOf(streamId);
        if (route == null) {
            return;
        }
        long nowNs = clock.nanoTime();
        if (endpoint.isEmpty()) {
            // Whoever has just taken over says so, and knows no hello of this stream: it need not wait.
            route.notOwned(nowNs, attempt > route.attempt() ? 0 : ASK_AGAIN_NS);
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
        search.turn(route, node, nowNs);
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
