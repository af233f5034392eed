package dev.microphone.processor.shard;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.StreamSession;
import java.util.Objects;
import java.util.function.Consumer;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A node without Flink: one processor that owns all streams. It keeps no snapshots: what the router has taken is
 * acknowledged, and after a crash its chains begin anew.
 *
 * <p>The processor polls the reception; this runs both, and acknowledges now and then. Owned by its agent's thread.
 * Allocates nothing per frame.
 */
public final class PlainShard implements Agent {
    private final ProcessorAgent processor;
    private final Reception reception;
    private final long intervalNs;
    private final NanoClock clock;
    private final DeliveryMarks marks;
    private final Consumer<StreamSession> mark = this::mark;
    private final DeliveryMarks.Delivered acknowledgement;
    private long nextNs;

    /** What such a node covers: everything that its sessions have taken. */
    public static final class Covered implements Coverage {
        private @Nullable ProcessorAgent processor;

        /** Before the first hello; the processor needs the reception, and this is what the reception asks. */
        public void by(ProcessorAgent agent) {
            processor = agent;
        }

        @Override
        public long coveredEpoch(long streamId) {
            StreamSession session = sessionOf(streamId);
            return session == null ? -1 : session.epoch();
        }

        @Override
        public long coveredSequence(long streamId) {
            StreamSession session = sessionOf(streamId);
            return session == null ? -1 : session.lastSequence();
        }

        private @Nullable StreamSession sessionOf(long streamId) {
            return Objects.requireNonNull(processor, "asked before it was told whom")
                    .sessionOf(streamId);
        }
    }

    /**
     * @param routers where the processor hands frames on to
     * @param intervalNs between two acknowledgements of a stream
     */
    public PlainShard(
            ProcessorAgent processor, Reception reception, RouterLinks routers, long intervalNs, NanoClock clock) {
        this.processor = processor;
        this.reception = reception;
        this.marks = new DeliveryMarks(routers, clock.nanoTime());
        this.acknowledgement = reception::acknowledge;
        this.intervalNs = intervalNs;
        this.clock = clock;
        this.nextNs = clock.nanoTime() + intervalNs;
    }

    @Override
    public int doWork() {
        int work = processor.doWork();
        long nowNs = clock.nanoTime();
        // A frame that waits for the router is not sent yet.
        if (nowNs - nextNs >= 0 && !processor.hasPending()) {
            nextNs = nowNs + intervalNs;
            marks.beginRound();
            processor.forEachSession(mark);
        }
        return work + marks.poll(nowNs, acknowledgement);
    }

    private void mark(StreamSession session) {
        if (session.epoch() >= 0) {
            marks.set(session.streamId(), session.epoch(), session.lastSequence());
        }
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
