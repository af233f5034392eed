package dev.microphone.processor.shard;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.StreamSession;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A node without Flink: one processor that owns all streams. It keeps no snapshots: what the router has taken is
 * acknowledged, and after a crash its chains begin anew.
 *
 * <p>The processor polls the reception; this runs both, and acknowledges now and then. Owned by its agent's thread.
 */
public final class PlainShard implements Agent {
    private static final long NOTE_INTERVAL_NS = 1_000_000_000L;
    private static final byte[] NO_STATE = {};

    private final ProcessorAgent processor;
    private final Reception reception;
    private final long intervalNs;
    private final NanoClock clock;
    private final RouterLinks routers;
    private final WaitingSnapshots untaken;
    private final Consumer<StreamSession> mark = this::mark;
    private final Consumer<WaitingSnapshots.Waiting> acknowledgement = this::acknowledge;
    private final Covered covered;
    private long nowNs;
    private long nextNs;
    private long nextNoteNs;

    /**
     * What such a node covers: everything that its sessions have taken. It remembers an hour long where those stood that
     * are gone, so that an agent that comes back with an earlier epoch hears of the later one. For the shard's thread.
     */
    public static final class Covered implements Coverage {
        /** As long as the job keeps a stream that nobody sends. */
        private static final long RETENTION_NS = 3_600_000_000_000L;

        private final Long2ObjectHashMap<Place> places = new Long2ObjectHashMap<>();
        private final Consumer<StreamSession> note = this::note;
        private @Nullable ProcessorAgent processor;
        private long nowNs;

        /** Where a stream stood, and when. */
        private static final class Place {
            private long epoch;
            private long sequence;
            private long notedNs;
        }

        /** Before the first hello; the processor needs the reception, and this is what the reception asks. */
        public void by(ProcessorAgent agent) {
            processor = agent;
        }

        /** Often enough that no session goes unnoted; the first stay for some seconds after their end. */
        void noteAll(long atNs) {
            nowNs = atNs;
            places.values().removeIf(place -> atNs - place.notedNs >= RETENTION_NS);
            running().forEachSession(note);
        }

        private void note(StreamSession session) {
            if (session.epoch() >= 0) {
                Place place = places.computeIfAbsent(session.streamId(), id -> new Place());
                place.epoch = session.epoch();
                place.sequence = session.lastSequence();
                place.notedNs = nowNs;
            }
        }

        @Override
        public long coveredEpoch(long streamId) {
            StreamSession session = sessionOf(streamId);
            Place place = places.get(streamId);
            return session != null ? session.epoch() : place == null ? -1 : place.epoch;
        }

        @Override
        public long coveredSequence(long streamId) {
            StreamSession session = sessionOf(streamId);
            Place place = places.get(streamId);
            return session != null ? session.lastSequence() : place == null ? -1 : place.sequence;
        }

        /** Null while it has taken nothing. */
        private @Nullable StreamSession sessionOf(long streamId) {
            StreamSession session = running().sessionOf(streamId);
            return session == null || session.epoch() < 0 ? null : session;
        }

        private ProcessorAgent running() {
            return Objects.requireNonNull(processor, "asked before it was told whom");
        }
    }

    /** @param intervalNs between two acknowledgements of a stream */
    public PlainShard(
            ProcessorAgent processor,
            Reception reception,
            RouterLinks routers,
            Covered covered,
            long intervalNs,
            NanoClock clock) {
        this.processor = processor;
        this.routers = routers;
        this.untaken = new WaitingSnapshots(routers);
        this.covered = covered;
        this.reception = reception;
        this.intervalNs = intervalNs;
        this.clock = clock;
        this.nextNs = clock.nanoTime() + intervalNs;
        this.nextNoteNs = clock.nanoTime();
    }

    @Override
    public int doWork() {
        int work = routers.doWork() + processor.doWork();
        nowNs = clock.nanoTime();
        work += untaken.poll(nowNs, acknowledgement);
        if (nowNs - nextNoteNs >= 0) {
            nextNoteNs = nowNs + NOTE_INTERVAL_NS;
            covered.noteAll(nowNs);
        }
        if (nowNs - nextNs >= 0) {
            nextNs = nowNs + intervalNs;
            // A frame that waits for the router is not handed on yet: it is covered next time.
            if (!processor.hasPending()) {
                processor.forEachSession(mark);
            }
        }
        return work;
    }

    /** To be acknowledged when the router has taken all up to there. */
    private void mark(StreamSession session) {
        long streamId = session.streamId();
        String router = routers.routerOf(streamId);
        if (session.epoch() >= 0 && router != null && !untaken.contains(streamId)) {
            untaken.add(
                    new WaitingSnapshots.Waiting(
                            streamId,
                            session.epoch(),
                            session.lastSequence(),
                            NO_STATE,
                            router,
                            routers.position(streamId)),
                    nowNs);
        }
    }

    private void acknowledge(WaitingSnapshots.Waiting taken) {
        reception.acknowledge(taken.streamId(), taken.epoch(), taken.sequence());
    }

    @Override
    public void onClose() {
        processor.onClose();
        CloseHelper.close(reception);
    }

    @Override
    public String roleName() {
        return processor.roleName();
    }
}
