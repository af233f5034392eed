package dev.microphone.processor.flink;

import dev.microphone.processor.StreamSession;
import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSnapshot;
import dev.microphone.processor.chain.ChainSnapshotFormat;
import dev.microphone.processor.chain.SnapshotRejectedException;
import dev.microphone.processor.shard.Coverage;
import dev.microphone.processor.shard.Downstream;
import dev.microphone.processor.shard.WaitingSnapshots;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.agrona.ErrorHandler;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a shard, and their snapshots, written one stream at a time, so that no checkpoint has to wait for all of
 * them. Owned by the shard's thread; allocates nothing per frame.
 *
 * <p>A snapshot goes into the store only when the router has taken all that the session had sent by then: what is covered
 * has been delivered, whatever dies.
 */
final class ShardStreams implements Coverage {
    /** A stream that nobody sends is taken out of memory; its state stays in the store. */
    private static final long IDLE_TIMEOUT_NS = 60_000_000_000L;
    /** And after an hour out of the store: an agent that comes back sends what it has kept, and the rest is a gap. */
    private static final long RETENTION_NS = 3_600_000_000_000L;

    private static final long HOUSEKEEPING_INTERVAL_NS = 1_000_000_000L;
    /** Checkpoints that are under way at once, and those that failed before them. */
    private static final int MAX_CHECKPOINTS = 16;

    /** One stream. */
    private static final class Stream {
        private final long streamId;
        private @Nullable StreamSession session;
        /** -1: nothing is stored. */
        private long storedEpoch = -1;

        private long storedSequence = -1;
        /** Since when there has been no session. */
        private long dormantSinceNs;

        Stream(long streamId) {
            this.streamId = streamId;
        }

        boolean isStoredToTheEnd(StreamSession live) {
            return storedEpoch == live.epoch() && storedSequence == live.lastSequence();
        }
    }

    /** Three numbers a stream: its id, epoch and sequence. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Covered(long checkpointId, long[] streamEpochSequence) {}

    private final SessionStore store;
    private final LongFunction<Chain> chains;
    private final Metrics metrics;
    private final String processor;
    private final ControlEventListener events;
    private final Downstream downstream;
    private final ErrorHandler errors;
    private final long snapshotIntervalNs;
    private final Long2ObjectHashMap<Stream> streams = new Long2ObjectHashMap<>();
    /** Those with a session, for the turn. */
    private final List<Stream> live = new ArrayList<>();

    private final WaitingSnapshots waiting;
    private final Consumer<WaitingSnapshots.Waiting> inStore = this::store;
    private final ArrayDeque<Covered> checkpoints = new ArrayDeque<>();
    private final ChainSnapshot snapshot = new ChainSnapshot();
    private final AtomicCounter snapshots;
    private final AtomicCounter rejected;
    private final AtomicCounter restored;
    private int turn;
    private long nextSnapshotNs;
    private long nextHousekeepingNs;

    /**
     * @param chains makes a stream's chain, on the shard's thread
     * @param processor the label of the counters
     * @param errors told of snapshots that cannot be restored
     */
    ShardStreams(
            SessionStore store,
            LongFunction<Chain> chains,
            Downstream downstream,
            long snapshotIntervalNs,
            ControlEventListener events,
            Metrics metrics,
            String processor,
            ErrorHandler errors,
            long nowNs) {
        this.store = store;
        this.chains = chains;
        this.downstream = downstream;
        this.waiting = new WaitingSnapshots(downstream);
        this.snapshotIntervalNs = snapshotIntervalNs;
        this.events = events;
        this.metrics = metrics;
        this.processor = processor;
        this.errors = errors;
        this.nextSnapshotNs = nowNs;
        this.nextHousekeepingNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
        snapshots = metrics.counter("microphone_snapshots_total", "processor", processor, "result", "stored");
        rejected = metrics.counter("microphone_snapshots_total", "processor", processor, "result", "rejected");
        restored = metrics.counter("microphone_snapshots_total", "processor", processor, "result", "restored");
    }

    /** A stream that is in the store when the shard begins. */
    void remember(long streamId, long nowNs) {
        byte[] stored = store.read(streamId);
        if (stored != null && !StoredSession.hasPlace(stored)) {
            rejected.increment();
            errors.onError(new SnapshotRejectedException("the state of stream 0x" + Long.toHexString(streamId) + ", "
                    + stored.length + " bytes, does not say where it stood: the stream begins anew"));
            store.clear(streamId);
        } else if (stored != null) {
            Stream stream = new Stream(streamId);
            stream.storedEpoch = StoredSession.epoch(stored);
            stream.storedSequence = StoredSession.sequence(stored);
            stream.dormantSinceNs = nowNs;
            streams.put(streamId, stream);
        }
    }

    /** Processes the frame in place; false: it ends here. */
    boolean onFrame(Frame frame, long nowNs) {
        Stream stream = streams.get(frame.streamId());
        if (stream == null) {
            stream = new Stream(frame.streamId());
            streams.put(frame.streamId(), stream);
        }
        StreamSession session = stream.session;
        if (session == null) {
            session = begin(stream, nowNs);
        }
        return session.onFrame(frame, nowNs);
    }

    private StreamSession begin(Stream stream, long nowNs) {
        StreamSession session =
                new StreamSession(stream.streamId, chains.apply(stream.streamId), metrics, processor, events, nowNs);
        byte[] stored = stream.storedEpoch < 0 ? null : store.read(stream.streamId);
        if (stored != null) {
            session.goOnBehind(stream.storedEpoch, stream.storedSequence);
            try {
                session.goOnWithFarEnd(StoredSession.farEnd(stored));
                session.chain().restore(ChainSnapshotFormat.decode(StoredSession.snapshot(stored)));
                restored.increment();
            } catch (SnapshotRejectedException e) {
                rejected.increment();
                errors.onError(e);
            }
        }
        stream.session = session;
        live.add(stream);
        return session;
    }

    /**
     * Snapshots whose turn has come, and what is idle.
     *
     * @param canSnapshot whether all frames that were processed have been handed on
     */
    int doWork(long nowNs, boolean canSnapshot) {
        int work = waiting.poll(nowNs, inStore);
        if (canSnapshot && nowNs - nextSnapshotNs >= 0 && !live.isEmpty()) {
            nextSnapshotNs = nowNs + snapshotIntervalNs / live.size();
            takeNext(nowNs);
            work++;
        }
        if (nowNs - nextHousekeepingNs >= 0) {
            nextHousekeepingNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
            keepHouse(nowNs);
        }
        return work;
    }

    /**
     * Writes down every stream as it stands now, out of turn: behind this the shard ends, and who goes on has nothing to
     * process again. The routers have to take first what was sent to them; where one does not in time, what was written down
     * of its streams before stays. For when all frames that were processed have been handed on.
     *
     * @param between keeps the ways to the routers going
     * @param untilNs by the clock
     */
    void storeAll(Runnable between, NanoClock clock, long untilNs) {
        settle(between, clock, untilNs);
        live.forEach(stream -> take(stream, clock.nanoTime()));
        settle(between, clock, untilNs);
    }

    private void settle(Runnable between, NanoClock clock, long untilNs) {
        waiting.push(clock.nanoTime());
        while (!waiting.isEmpty() && clock.nanoTime() - untilNs < 0) {
            between.run();
            waiting.poll(clock.nanoTime(), inStore);
        }
    }

    private void takeNext(long nowNs) {
        turn = (turn + 1) % live.size();
        take(live.get(turn), nowNs);
    }

    private void take(Stream stream, long nowNs) {
        StreamSession session = stream.session;
        String router = downstream.routerOf(stream.streamId);
        if (session == null
                || router == null
                || session.epoch() < 0
                || stream.isStoredToTheEnd(session)
                || waiting.contains(stream.streamId)) {
            return;
        }
        session.chain().take(snapshot);
        byte[] stored = StoredSession.of(
                session.epoch(), session.lastSequence(), session.farEnd(), ChainSnapshotFormat.encode(snapshot));
        waiting.add(
                new WaitingSnapshots.Waiting(
                        stream.streamId,
                        session.epoch(),
                        session.lastSequence(),
                        stored,
                        router,
                        downstream.position(stream.streamId)),
                nowNs);
    }

    private void store(WaitingSnapshots.Waiting taken) {
        Stream stream = streams.get(taken.streamId());
        if (stream != null) {
            store.write(taken.streamId(), taken.stored());
            stream.storedEpoch = taken.epoch();
            stream.storedSequence = taken.sequence();
            snapshots.increment();
        }
    }

    private void keepHouse(long nowNs) {
        for (int i = live.size() - 1; i >= 0; i--) {
            Stream stream = live.get(i);
            StreamSession session = stream.session;
            if (session != null
                    && nowNs - session.lastFrameNs() >= IDLE_TIMEOUT_NS
                    && (session.epoch() < 0 || stream.isStoredToTheEnd(session))) {
                session.close("idle");
                stream.session = null;
                stream.dormantSinceNs = nowNs;
                live.remove(i);
            }
        }
        LongPredicate isOver = streamId -> {
            Stream stream = streams.get(streamId);
            return stream != null && stream.session == null && nowNs - stream.dormantSinceNs >= RETENTION_NS;
        };
        List<Long> over = new ArrayList<>();
        streams.keySet().forEach(streamId -> {
            if (isOver.test(streamId)) {
                over.add(streamId);
            }
        });
        for (long streamId : over) {
            streams.remove(streamId);
            store.clear(streamId);
        }
    }

    /** What the store holds now is what this checkpoint covers. */
    void onCheckpoint(long checkpointId) {
        long[] covered = new long[3 * streams.size()];
        int[] length = new int[1];
        streams.values().forEach(stream -> {
            if (stream.storedEpoch >= 0) {
                covered[length[0]++] = stream.streamId;
                covered[length[0]++] = stream.storedEpoch;
                covered[length[0]++] = stream.storedSequence;
            }
        });
        if (checkpoints.size() == MAX_CHECKPOINTS) {
            checkpoints.remove();
        }
        checkpoints.add(new Covered(checkpointId, java.util.Arrays.copyOf(covered, length[0])));
    }

    /** The checkpoint is safe: agents need not keep what it covers. */
    void onCheckpointComplete(long checkpointId, Acknowledgements acknowledgements) {
        Covered covered = checkpoints.peek();
        while (covered != null && covered.checkpointId() < checkpointId) {
            checkpoints.remove();
            covered = checkpoints.peek();
        }
        if (covered == null || covered.checkpointId() != checkpointId) {
            // Not one that was noted here; those that were have their turn yet.
            return;
        }
        checkpoints.remove();
        long[] all = covered.streamEpochSequence();
        for (int i = 0; i < all.length; i += 3) {
            acknowledgements.acknowledge(all[i], all[i + 1], all[i + 2]);
        }
    }

    @Override
    public long coveredEpoch(long streamId) {
        Stream stream = streams.get(streamId);
        if (stream == null) {
            return -1;
        }
        StreamSession session = stream.session;
        return session == null || session.epoch() < 0 ? stream.storedEpoch : session.epoch();
    }

    @Override
    public long coveredSequence(long streamId) {
        Stream stream = streams.get(streamId);
        if (stream == null) {
            return -1;
        }
        StreamSession session = stream.session;
        return session == null || session.epoch() < 0 ? stream.storedSequence : session.lastSequence();
    }

    /** How many have a session. */
    int size() {
        return live.size();
    }

    void close() {
        live.forEach(stream -> {
            if (stream.session != null) {
                stream.session.close("moved");
            }
        });
        live.clear();
        streams.clear();
    }
}
