package dev.microphone.processor.shard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.collections.LongHashSet;

/**
 * Snapshots that wait until their stream's router has taken what was sent before: one of each stream, and a queue for each
 * router, so that one that does not read holds up its own streams alone. For the shard's thread.
 */
public final class WaitingSnapshots {
    /** A snapshot that has waited that long waits for a router that has nothing more to read. */
    static final long PUSH_INTERVAL_NS = 250_000_000L;

    /**
     * A snapshot on its way into the store; nobody changes its bytes.
     *
     * @param position behind all that was sent to the router before
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Waiting(long streamId, long epoch, long sequence, byte[] stored, String router, long position) {}

    /** Of one router, in the order in which they were sent; never empty. */
    private static final class Queue {
        private final String router;
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        private long nextPushNs;

        Queue(String router, long nextPushNs) {
            this.router = router;
            this.nextPushNs = nextPushNs;
        }
    }

    private final Downstream downstream;
    private final List<Queue> queues = new ArrayList<>();
    private final LongHashSet streamIds = new LongHashSet();

    public WaitingSnapshots(Downstream downstream) {
        this.downstream = downstream;
    }

    /** Whether one of that stream waits: another would say hardly more. */
    public boolean contains(long streamId) {
        return streamIds.contains(streamId);
    }

    public void add(Waiting snapshot, long nowNs) {
        streamIds.add(snapshot.streamId());
        for (int i = 0; i < queues.size(); i++) {
            if (queues.get(i).router.equals(snapshot.router())) {
                queues.get(i).waiting.add(snapshot);
                return;
            }
        }
        Queue queue = new Queue(snapshot.router(), nowNs + PUSH_INTERVAL_NS);
        queue.waiting.add(snapshot);
        queues.add(queue);
    }

    public boolean isEmpty() {
        return queues.isEmpty();
    }

    /** Has all routers for which something waits say at once how far they have read. */
    public void push(long nowNs) {
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get(i);
            queue.nextPushNs = nowNs + PUSH_INTERVAL_NS;
            downstream.pushThrough(queue.waiting.element().streamId());
        }
    }

    /** Hands on what has been taken, at most one a router; returns how many there were. */
    public int poll(long nowNs, Consumer<Waiting> store) {
        int work = 0;
        for (int i = queues.size() - 1; i >= 0; i--) {
            Queue queue = queues.get(i);
            work += poll(queue, nowNs, store);
            if (queue.waiting.isEmpty()) {
                queues.remove(i);
            }
        }
        return work;
    }

    private int poll(Queue queue, long nowNs, Consumer<Waiting> store) {
        Waiting first = queue.waiting.element();
        if (!queue.router.equals(downstream.routerOf(first.streamId()))) {
            // Whether the router before had it all cannot be known: the next turn's will do.
            remove(queue);
            return 1;
        }
        if (!downstream.isTaken(first.streamId(), queue.router, first.position())) {
            if (nowNs - queue.nextPushNs >= 0) {
                queue.nextPushNs = nowNs + PUSH_INTERVAL_NS;
                downstream.pushThrough(first.streamId());
            }
            return 0;
        }
        queue.nextPushNs = nowNs + PUSH_INTERVAL_NS;
        remove(queue);
        store.accept(first);
        return 1;
    }

    private void remove(Queue queue) {
        streamIds.remove(queue.waiting.remove().streamId());
    }
}
