package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NodeEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where one stream stands: its runs, the oldest first, and the node that takes them. One thread. */
final class StreamRoute {
    /** Between two warnings about a stream. */
    private static final long WARNING_INTERVAL_NS = 60_000_000_000L;

    private final StreamName stream;
    private final NodeConnections connections;
    private final long inOrderNs;
    /** A list, as looking through a queue allocates. */
    private final List<SpooledRun> runs = new ArrayList<>();

    private @Nullable NodeConnection connection;
    private @Nullable NodeConnection left;
    /** Where its frames went last. */
    private @Nullable NodeEndpoint lastOwner;
    /** The way there, opened beside {@link #connection}. */
    private @Nullable NodeConnection former;
    /** The epoch whose frames the node takes; -1: it has not answered. */
    private long ownedEpoch = -1;

    private long attempt = -1;
    private long nextHelloNs;
    /** Whether this connection's node has been asked and has not taken the stream since. */
    private boolean isAsking;

    private long askingSinceNs;
    private boolean hasWarned;
    private long warnedNs;

    /**
     * @param connections those that it uses
     * @param inOrderNs a longer backlog goes another way; {@link Long#MAX_VALUE}: none does
     */
    StreamRoute(StreamName stream, NodeConnections connections, long inOrderNs) {
        this.stream = stream;
        this.connections = connections;
        this.inOrderNs = inOrderNs;
    }

    NodeConnections connections() {
        return connections;
    }

    long inOrderNs() {
        return inOrderNs;
    }

    boolean isLiveFirst() {
        return inOrderNs < Long.MAX_VALUE;
    }

    StreamName stream() {
        return stream;
    }

    void add(SpooledRun run) {
        runs.add(run);
    }

    /** The run whose frames go first; null when there is none. */
    @Nullable
    SpooledRun run() {
        return runs.isEmpty() ? null : runs.get(0);
    }

    /** How many are kept. */
    long frames() {
        long frames = 0;
        for (int i = 0; i < runs.size(); i++) {
            frames += runs.get(i).frames();
        }
        return frames;
    }

    /** The run that still grows. */
    @Nullable
    SpooledRun newestRun() {
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    @Nullable
    SpooledRun runOf(long epoch) {
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).epoch() == epoch) {
                return runs.get(i);
            }
        }
        return null;
    }

    /** The oldest run is where it belongs: the next one's turn, after another hello. */
    SpooledRun removeRun(long nowNs) {
        notOwned(nowNs, 0);
        return runs.remove(0);
    }

    /** Whether a frame could go if the connection had room. */
    boolean waitsForRoom() {
        SpooledRun run = run();
        return run != null && run.hasNext() && isTaken();
    }

    @Nullable
    NodeConnection connection() {
        return connection;
    }

    /** The connection before this one; null: there was none. */
    @Nullable
    NodeConnection left() {
        return left;
    }

    /** The way to {@link #lastOwner} that was opened beside {@link #connection}; null: it was not. */
    @Nullable
    NodeConnection former() {
        return former;
    }

    void former(@Nullable NodeConnection openedBeside) {
        former = openedBeside;
    }

    void turnTo(@Nullable NodeConnection next, long nowNs) {
        former = null;
        NodeConnection before = connection;
        if (before != null) {
            before.removeUser(nowNs);
            left = before;
        }
        if (next != null) {
            next.addUser();
        }
        connection = next;
        ownedEpoch = -1;
        nextHelloNs = nowNs;
        isAsking = false;
    }

    private boolean isOwned() {
        SpooledRun run = run();
        return run != null && ownedEpoch == run.epoch();
    }

    /** Whether a connection stands to a node that takes the oldest run's frames. */
    boolean isTaken() {
        return isOwned() && connection != null && connection.isConnected();
    }

    /** Where its frames went last; null before the first. */
    @Nullable
    NodeEndpoint lastOwner() {
        return lastOwner;
    }

    void owned(long epoch, long byAttempt) {
        lastOwner = connection == null ? null : connection.node();
        ownedEpoch = epoch;
        attempt = byAttempt;
        isAsking = false;
    }

    void notOwned(long nowNs, long askAgainNs) {
        ownedEpoch = -1;
        nextHelloNs = nowNs + askAgainNs;
    }

    /** Of the newest answer that counted; -1 before the first. */
    long attempt() {
        return attempt;
    }

    boolean isHelloDue(long nowNs) {
        return nowNs - nextHelloNs >= 0;
    }

    void saidHello(long nowNs, long answerTimeoutNs) {
        nextHelloNs = nowNs + answerTimeoutNs;
        if (!isAsking) {
            isAsking = true;
            askingSinceNs = nowNs;
        }
    }

    /** Whether it is time for a warning about this stream; then it counts as given. */
    boolean warns(long nowNs) {
        if (hasWarned && nowNs - warnedNs < WARNING_INTERVAL_NS) {
            return false;
        }
        hasWarned = true;
        warnedNs = nowNs;
        return true;
    }

    /** Whether it has said hello on this connection, and has no owner's answer yet. */
    boolean isAsking() {
        return isAsking;
    }

    /** Whether the first hello of those that have not led to an owner is so long ago. */
    boolean hasAskedFor(long nowNs, long forNs) {
        return isAsking && nowNs - askingSinceNs >= forNs;
    }
}
