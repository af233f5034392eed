package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.HelloHandler;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import java.util.function.LongFunction;
import org.agrona.CloseHelper;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * A shard's door: answers agents' hellos, lets in only frames of streams that are processed here and come from whoever
 * said hello for them, sends everybody else on, and acknowledges.
 *
 * <p>Owned by the shard's thread. Allocates nothing per frame and acknowledgement.
 */
public final class Reception implements FramePoller, AutoCloseable {
    /** A stream that comes to the wrong door is told so that often at most; an agent with a dead link needs no flood. */
    private static final long TELL_INTERVAL_NS = 100_000_000L;
    /** Streams that a shard can know: beyond every load measured, and 3 MB. */
    private static final int MAX_STREAMS = 100_000;
    /** Looking through all streams takes some milliseconds. */
    private static final long FORGET_INTERVAL_NS = 1_000_000_000L;

    private static final long NOBODY = -1;

    private final NodePort port;
    private final ShardRange range;
    private final long attempt;
    private final ShardTable shards;
    private final Coverage coverage;
    private final long acknowledgementIntervalMs;
    private final int maxStreams;
    private final LongFunction<String> chains;
    private final StreamDirectory names;
    private final NanoClock clock;
    private final Long2LongHashMap sessionOfStream = new Long2LongHashMap(NOBODY);
    private final Long2LongHashMap toldAtNs = new Long2LongHashMap(0);
    private final AtomicCounter hellos;
    private final AtomicCounter misrouted;
    private final AtomicCounter notIntroduced;
    private final AtomicCounter tooManyStreams;
    private final AtomicCounter idTaken;
    private final FrameHandler door = this::onFrame;
    private final Enquiries enquiries;
    private final Enquiries.Teller teller = this::sendTo;
    private long nextForgetNs;
    private @Nullable FrameHandler inside;

    /**
     * What a shard is to its agents.
     *
     * @param maxStreams that it knows at a time; beyond that those whose agents are gone are forgotten
     */
    public record Terms(ShardRange range, long attempt, long acknowledgementIntervalMs, int maxStreams) {
        public Terms(ShardRange range, long attempt, long acknowledgementIntervalMs) {
            this(range, attempt, acknowledgementIntervalMs, MAX_STREAMS);
        }
    }

    /** Makes the port, which needs to know whom to tell of hellos. */
    @FunctionalInterface
    public interface PortOpener {
        NodePort open(HelloHandler hellos);
    }

    /**
     * @param chains what a stream passes, as a person writes it
     * @param names learns what streams are called
     * @param stage the label of the counters
     */
    public Reception(
            PortOpener opener,
            Terms terms,
            ShardTable shards,
            Coverage coverage,
            LongFunction<String> chains,
            StreamDirectory names,
            Metrics metrics,
            String stage,
            NanoClock clock) {
        this.range = terms.range();
        this.attempt = terms.attempt();
        this.acknowledgementIntervalMs = terms.acknowledgementIntervalMs();
        this.maxStreams = terms.maxStreams();
        this.nextForgetNs = clock.nanoTime();
        this.shards = shards;
        this.enquiries = new Enquiries(shards, clock);
        this.coverage = coverage;
        this.chains = chains;
        this.names = names;
        this.clock = clock;
        hellos = metrics.counter("microphone_hellos_total", "stage", stage);
        misrouted = dropped(metrics, stage, "wrong_key_group");
        notIntroduced = dropped(metrics, stage, "not_introduced");
        tooManyStreams = refused(metrics, stage, "too_many_streams");
        idTaken = refused(metrics, stage, "stream_id_taken");
        this.port = opener.open(this::onHello);
    }

    private static AtomicCounter dropped(Metrics metrics, String stage, String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", stage, "reason", reason);
    }

    private static AtomicCounter refused(Metrics metrics, String stage, String reason) {
        return metrics.counter("microphone_link_messages_refused_total", "stage", stage, "reason", reason);
    }

    /** Where agents say hello. */
    public NodeEndpoint endpoint() {
        return port.endpoint();
    }

    @Override
    public int poll(FrameHandler handler, int frameLimit) {
        inside = handler;
        enquiries.follow(teller);
        return port.poll(door, frameLimit);
    }

    private boolean onFrame(Frame frame) {
        long streamId = frame.streamId();
        if (!range.owns(streamId)) {
            misrouted.incrementRelease();
            tellSeldom(streamId);
            return true;
        }
        if (sessionOfStream.get(streamId) != port.session()) {
            notIntroduced.incrementRelease();
            tellSeldom(streamId);
            return true;
        }
        FrameHandler handler = inside;
        return handler != null && handler.onFrame(frame);
    }

    /** So that the agent asks anew, or asks where it is sent. */
    private void tellSeldom(long streamId) {
        long nowNs = clock.nanoTime();
        long toldNs = toldAtNs.get(streamId);
        if (toldNs != 0 && nowNs - toldNs < TELL_INTERVAL_NS) {
            return;
        }
        if (toldAtNs.size() >= MAX_STREAMS) {
            toldAtNs.clear();
        }
        toldAtNs.put(streamId, nowNs == 0 ? 1 : nowNs);
        sendOn(port.session(), streamId);
    }

    private void sendOn(long session, long streamId) {
        if (range.owns(streamId)) {
            port.moved(session, streamId, attempt, "");
            return;
        }
        ShardTable.Owner owner = shards.ownerOf(KeyGroups.of(streamId));
        if (owner != null && sendTo(session, streamId, owner)) {
            enquiries.onAnswered(session, streamId, owner.attempt());
        } else {
            port.moved(session, streamId, 0, "");
            enquiries.onAnswered(session, streamId, 0);
        }
    }

    /** False for an owner that is said to be here: so it may be said of a shard that was here before. */
    private boolean sendTo(long session, long streamId, ShardTable.Owner owner) {
        if (owner.endpoint().equals(port.endpoint())) {
            return false;
        }
        port.moved(
                session, streamId, owner.attempt(), owner.frameEndpoint(session).toString());
        return true;
    }

    private void onHello(long session, StreamName stream, long epoch, long oldestSequence, long nextSequence) {
        hellos.incrementRelease();
        long streamId = stream.streamId();
        if (!range.owns(streamId)) {
            sendOn(session, streamId);
            return;
        }
        if (sessionOfStream.size() >= maxStreams && !sessionOfStream.containsKey(streamId)) {
            forgetGone();
        }
        if (sessionOfStream.size() >= maxStreams && !sessionOfStream.containsKey(streamId)) {
            tooManyStreams.incrementRelease();
            return;
        }
        if (!names.learn(stream)) {
            idTaken.incrementRelease();
            return;
        }
        long known = coverage.coveredEpoch(streamId);
        if (known > epoch) {
            // Frames of that run would be dropped as old ones: its agent has to begin a later one.
            answer(session, streamId, known, coverage.coveredSequence(streamId), "");
            return;
        }
        String where = "";
        if (port.isOnFramePort()) {
            sessionOfStream.put(streamId, session);
        } else {
            where = port.frameEndpoint(session).toString();
        }
        answer(session, streamId, epoch, known == epoch ? coverage.coveredSequence(streamId) : -1, where);
    }

    private void answer(long session, long streamId, long epoch, long coveredSequence, String where) {
        port.owner(
                session,
                streamId,
                epoch,
                coveredSequence,
                attempt,
                acknowledgementIntervalMs,
                where,
                chains.apply(streamId));
    }

    /** Streams whose agents are gone, so that others find room; not more often than looking through all of them costs. */
    private void forgetGone() {
        long nowNs = clock.nanoTime();
        if (nowNs - nextForgetNs < 0) {
            return;
        }
        nextForgetNs = nowNs + FORGET_INTERVAL_NS;
        LongArrayList gone = new LongArrayList();
        sessionOfStream.forEachLong((streamId, session) -> {
            if (!port.isConnected(session)) {
                gone.addLong(streamId);
            }
        });
        gone.forEachOrderedLong(streamId -> {
            sessionOfStream.remove(streamId);
            toldAtNs.remove(streamId);
            if (coverage.coveredEpoch(streamId) < 0) {
                names.forget(streamId);
            }
        });
    }

    /** Tells the stream's agent, if it is connected, what it need not keep. A later one says more. */
    public void acknowledge(long streamId, long epoch, long coveredSequence) {
        long session = sessionOfStream.get(streamId);
        if (session != NOBODY) {
            port.acknowledged(session, streamId, epoch, coveredSequence, attempt);
        }
    }

    @Override
    public void close() {
        CloseHelper.close(port);
    }
}
