package dev.microphone.edge.agent;

import dev.microphone.edge.dsp.Normaliser;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.AudioSource;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Turns sources into streams of canonical frames: a capture thread each, one agent for all.
 *
 * <p>Run {@link #agent} on a thread, then {@link #start} sources, from any thread and at any time. To end without loss,
 * stop each session and wait for {@link CaptureSession#ended} before closing the agent.
 *
 * <p>A microphone cannot be paused: while the next stage has no room, a live stream's frames wait in a bounded backlog,
 * and when that is full the oldest is dropped. A file waits instead, and loses nothing.
 */
public final class EdgeAgent {
    /** What a file's stream may have to keep: the frames of one chunk, or of the normaliser's tail. */
    private static final int MAX_WAITING_FRAMES = 64;

    /** A microphone's frame waits for the far end's of the same time: the shorter that is, the less it waits. */
    private static final int REFERENCE_FRAME_MILLIS = 5;

    private static final AtomicLong LAST_EPOCH = new AtomicLong();

    private final FrameHandler downstream;
    private final Metrics metrics;
    private final BacklogLimits limits;
    private final FramePool pool;
    private final Frame[] frames = {new Frame(), new Frame()};
    private final NormaliseAgent agent;

    /**
     * @param downstream takes all streams' frames, on the agent's thread
     * @param errors told, on the agent's thread, when a source fails
     */
    public EdgeAgent(FrameHandler downstream, Metrics metrics, ErrorHandler errors, BacklogLimits limits) {
        this.downstream = downstream;
        this.metrics = metrics;
        this.limits = limits;
        this.pool = new FramePool(limits.agentFrames());
        this.agent = new NormaliseAgent(errors);
    }

    /** To be run on one thread. */
    public Agent agent() {
        return agent;
    }

    /**
     * Starts capturing. The source belongs to the agent from now on, also when this throws.
     *
     * @throws IllegalStateException when the agent has closed
     * @throws IllegalArgumentException when the settings do not fit the source, such as a channel that it does not have
     */
    public CaptureSession start(StreamName stream, AudioSource source, NormaliserSettings settings) {
        return start(stream, nextEpoch(System.currentTimeMillis()), source, settings);
    }

    /**
     * Starts capturing a microphone and what the loudspeaker beside it plays.
     *
     * <p>The far end travels on the same stream id with {@code REFERENCE} and a sequence of its own, ahead of what the
     * microphone captured at the same time. It ends with the microphone; when it ends or fails earlier, the microphone
     * goes on without it. Both sources belong to the agent from now on, also when this throws.
     *
     * @param settings of the microphone; its gain control should be off, as an echo canceller expects an echo of even
     *     level
     */
    public CaptureSession start(
            StreamName stream, AudioSource source, AudioSource reference, NormaliserSettings settings) {
        boolean live = source.isLive() || reference.isLive();
        ReferenceFirst order = new ReferenceFirst(downstream, live, SystemNanoClock.INSTANCE);
        long epoch = nextEpoch(System.currentTimeMillis());
        CaptureSession farEnd;
        boolean started = false;
        try {
            NormaliserSettings farSettings = NormaliserSettings.forFiles().withFrameMillis(REFERENCE_FRAME_MILLIS);
            farEnd = start(stream, epoch, reference, farSettings, SignalRole.FAR_END, order::onFarEnd);
            started = true;
        } finally {
            if (!started) {
                source.close();
            }
        }
        started = false;
        try {
            CaptureSession nearEnd = start(stream, epoch, source, settings, SignalRole.NEAR_END, order::onNearEnd);
            nearEnd.onEnd(() -> {
                order.release();
                farEnd.stop();
            });
            started = true;
            return nearEnd;
        } finally {
            if (!started) {
                order.release();
                farEnd.stop();
            }
        }
    }

    /** Starts a single source with an epoch of the caller's: larger than any that the stream had before. */
    public CaptureSession start(StreamName stream, long epoch, AudioSource source, NormaliserSettings settings) {
        return start(stream, epoch, source, settings, SignalRole.NEAR_END, downstream);
    }

    private CaptureSession start(
            StreamName stream,
            long epoch,
            AudioSource source,
            NormaliserSettings settings,
            SignalRole role,
            FrameHandler next) {
        boolean started = false;
        try {
            Normaliser normaliser = new Normaliser(source.format(), settings);
            PcmQueue queue = new PcmQueue(source.format());
            CaptureThread capture = new CaptureThread(stream, role, source, queue, metrics);
            CaptureSession session = new CaptureSession(stream, epoch, source.format(), capture);
            LaneInput input = new LaneInput(queue, normaliser, role, settings.frameMillis(), source.isLive());
            if (!agent.add(lane(session, input, next))) {
                throw new IllegalStateException("the agent has closed: " + stream + " cannot start");
            }
            capture.start();
            started = true;
            return session;
        } finally {
            if (!started) {
                source.close();
            }
        }
    }

    private Lane lane(CaptureSession session, LaneInput input, FrameHandler next) {
        int maxFrames = input.live() ? limits.streamFrames(input.frameMillis()) : MAX_WAITING_FRAMES;
        // A file's few frames come from a pool of its own, so that live streams cannot take them from it.
        FrameBacklog backlog = new FrameBacklog(input.live() ? pool : new FramePool(maxFrames), maxFrames);
        LaneCounters counters = new LaneCounters(session.stream(), input.role(), metrics);
        return new Lane(session, input, backlog, maxFrames, next, frames, counters, SystemNanoClock.INSTANCE);
    }

    /** Seconds since 1970, and always more than before: a restarted source must not look like an old one. */
    static long nextEpoch(long nowMillis) {
        long nowSeconds = TimeUnit.MILLISECONDS.toSeconds(nowMillis);
        return LAST_EPOCH.updateAndGet(last -> Math.max(last + 1, nowSeconds));
    }
}
