package dev.microphone.edge.cluster;

import dev.microphone.edge.spool.SpooledRun;
import dev.microphone.transport.frame.StreamName;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Where one stream stands: its runs, the oldest first, and the node that takes them. One thread. */
final class StreamRoute {
    private final StreamName stream;
    private final ArrayDeque<SpooledRun> runs = new ArrayDeque<>();
    private @Nullable NodeConnection connection;
    private @Nullable NodeConnection left;
    /** The epoch whose frames the node takes; -1: it has not answered. */
    private long ownedEpoch = -1;

    private long attempt = -1;
    private long nextHelloNs;
    private int unanswered;

    StreamRoute(StreamName stream) {
        this.stream = stream;
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
        return runs.peek();
    }

    /** The run that still grows. */
    @Nullable
    SpooledRun newestRun() {
        return runs.peekLast();
    }

    @Nullable
    SpooledRun runOf(long epoch) {
        for (SpooledRun run : runs) {
            if (run.epoch() == epoch) {
                return run;
            }
        }
        return null;
    }

    /** The oldest run is where it belongs: the next one's turn, after another hello. */
    SpooledRun removeRun(long nowNs) {
        notOwned(nowNs, 0);
        return runs.remove();
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

    void turnTo(@Nullable NodeConnection next, long nowNs) {
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
        unanswered = 0;
    }

    boolean isOwned() {
        SpooledRun run = run();
        return run != null && ownedEpoch == run.epoch();
    }

    void owned(long epoch, long byAttempt) {
        ownedEpoch = epoch;
        attempt = byAttempt;
        unanswered = 0;
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
        unanswered++;
    }

    /** Hellos since the last answer on this connection. */
    int unanswered() {
        return unanswered;
    }
}
