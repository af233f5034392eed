package dev.microphone.processor.shard;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How far each stream has come at its router: what has been sent may still lie in this process, and would die with it. A
 * mark says up to which frame a stream was sent at some time, and where that was in all that is sent to the router; when
 * the router has taken everything before that place, the frame is delivered. One mark a stream; the next is set when it is
 * through. For the shard's thread; allocates nothing but at a stream's first mark.
 */
final class DeliveryMarks {
    /** Looking at 400 marks that often takes one part in 500 of a core; nobody waits for an acknowledgement. */
    static final long CHECK_INTERVAL_NS = 10_000_000L;
    /** A router that has nothing more to read is made to say how far it has come. */
    static final long PUSH_INTERVAL_NS = 250_000_000L;

    /** Where frames go, as far as it matters here. */
    interface Routers {
        /** @return null while there is no router */
        @Nullable
        String routerOf(long streamId);

        /** Behind all that was sent to the stream's router. */
        long position(long streamId);

        boolean isTaken(long streamId, String router, long position);

        /** Has the stream's router say how far it has read. */
        void pushThrough(long streamId);
    }

    /** Told that a stream's frames up to that one are delivered. */
    @FunctionalInterface
    interface Delivered {
        void onDelivered(long streamId, long epoch, long sequence);
    }

    private static final class Mark {
        private final long streamId;
        private long epoch;
        private long sequence;
        /** Null when it is not set. */
        private @Nullable String router;

        private long position;
        private int round;

        Mark(long streamId) {
            this.streamId = streamId;
        }
    }

    private final Routers routers;
    private final Long2ObjectHashMap<Mark> marks = new Long2ObjectHashMap<>();
    private final List<String> pushed = new ArrayList<>();
    private int round;
    private long nextCheckNs;
    private long nextPushNs;

    DeliveryMarks(Routers routers, long nowNs) {
        this.routers = routers;
        this.nextCheckNs = nowNs + CHECK_INTERVAL_NS;
        this.nextPushNs = nowNs + PUSH_INTERVAL_NS;
    }

    /** The streams that there are will be named by {@link #set}; others are forgotten when they are through. */
    void beginRound() {
        round++;
    }

    /** A stream has been sent up to that frame; nothing of it waits before the links to the routers. */
    void set(long streamId, long epoch, long sequence) {
        Mark mark = marks.get(streamId);
        if (mark == null) {
            mark = new Mark(streamId);
            marks.put(streamId, mark);
        }
        mark.round = round;
        if (mark.router == null) {
            String router = routers.routerOf(streamId);
            mark.epoch = epoch;
            mark.sequence = sequence;
            mark.position = routers.position(streamId);
            // The place is one at that router, unless the stream has just moved.
            mark.router = router != null && router.equals(routers.routerOf(streamId)) ? router : null;
        }
    }

    /** Tells of those that are through; returns how many there were. */
    int poll(long nowNs, Delivered delivered) {
        if (nowNs - nextCheckNs < 0) {
            return 0;
        }
        nextCheckNs = nowNs + CHECK_INTERVAL_NS;
        boolean pushes = nowNs - nextPushNs >= 0;
        if (pushes) {
            nextPushNs = nowNs + PUSH_INTERVAL_NS;
            pushed.clear();
        }
        int through = 0;
        Iterator<Mark> each = marks.values().iterator();
        while (each.hasNext()) {
            Mark mark = each.next();
            String router = mark.router;
            if (router == null) {
                if (mark.round != round) {
                    each.remove();
                }
            } else if (!router.equals(routers.routerOf(mark.streamId))) {
                // Whether the router before had it all cannot be known: the next mark will do.
                mark.router = null;
            } else if (routers.isTaken(mark.streamId, router, mark.position)) {
                mark.router = null;
                through++;
                delivered.onDelivered(mark.streamId, mark.epoch, mark.sequence);
            } else if (pushes && !pushed.contains(router)) {
                pushed.add(router);
                routers.pushThrough(mark.streamId);
            }
        }
        return through;
    }

    /** Streams that are known. */
    int size() {
        return marks.size();
    }
}
