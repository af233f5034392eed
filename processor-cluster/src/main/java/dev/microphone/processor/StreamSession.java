package dev.microphone.processor;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.SnapshotRejectedException;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.StreamEnded;
import dev.microphone.schemas.event.StreamStarted;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.GapDetector;
import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * One stream's live state in a processor: its chain, and where it stands in the stream's sequence. The same in every
 * runtime. Owned by the thread that runs it; allocates nothing per frame.
 */
public final class StreamSession {
    private static final byte[] NO_FAR_END = {};

    private final long streamId;
    private Chain chain;
    private final SessionCounters counters;
    private final ControlEventListener events;
    private final GapDetector gapDetector = new GapDetector();
    private long lastFrameNs;
    private boolean ended;
    /** From the first reference frame on. */
    private @Nullable FarEnd farEnd;

    /**
     * @param processor the label of its counters
     * @param events told when the stream starts, ends and has a gap
     */
    public StreamSession(
            long streamId, Chain chain, Metrics metrics, String processor, ControlEventListener events, long nowNs) {
        this(streamId, chain, new SessionCounters(metrics, processor), events, nowNs);
    }

    StreamSession(long streamId, Chain chain, SessionCounters counters, ControlEventListener events, long nowNs) {
        this.streamId = streamId;
        this.chain = chain;
        this.counters = counters;
        this.events = events;
        this.lastFrameNs = nowNs;
    }

    /**
     * Where a processor's thread records how long each frame took that goes on downstream; one for all of its sessions.
     *
     * @param processor the label of its counters
     */
    public static DurationHistogram processingDuration(Metrics metrics, String processor) {
        return metrics.histogram(
                "microphone_frame_processing_duration_ms", "stage", "processor", "processor", processor);
    }

    /**
     * Processes one frame of this stream, in place.
     *
     * @param nowNs a clock that only goes forward
     * @return whether it goes on downstream; a duplicate, and a sealed frame, are counted and do not, and a reference
     *     frame ends here
     */
    public boolean onFrame(Frame frame, long nowNs) {
        if (frame.keyId() != 0) {
            counters.sealedFrames.incrementRelease();
            return false;
        }
        if (frame.has(FrameFlags.REFERENCE)) {
            onReference(frame, nowNs);
            return false;
        }
        switch (gapDetector.classify(frame.epoch(), frame.sequence())) {
            case DUPLICATE -> {
                counters.duplicates.incrementRelease();
                return false;
            }
            case LATE -> {
                // Its neighbours have passed the plugins: out of order it would only disturb them.
                lastFrameNs = nowNs;
                counters.lateFrames.incrementRelease();
                gapDetector.accept(frame.epoch(), frame.sequence());
                return true;
            }
            case GAP -> {
                beginEpoch(frame);
                countGap(frame);
                process(frame, nowNs);
            }
            case NEXT -> {
                beginEpoch(frame);
                process(frame, nowNs);
            }
        }
        return true;
    }

    /** Kept until the near-end frame of its time comes; it has sequences of its own. */
    private void onReference(Frame frame, long nowNs) {
        lastFrameNs = nowNs;
        FarEnd far = farEnd;
        if (far == null) {
            far = new FarEnd();
            farEnd = far;
        }
        if (far.accept(frame)) {
            counters.referenceFrames.incrementRelease();
        } else {
            counters.duplicateReferences.incrementRelease();
        }
    }

    private void beginEpoch(Frame frame) {
        if (frame.epoch() == gapDetector.epoch()) {
            return;
        }
        end("new_epoch");
        ended = false;
        events.onEvent(new StreamStarted(
                "",
                streamId,
                frame.epoch(),
                frame.sequence(),
                frame.captureTimeNs(),
                frame.samplesPerChannel() * 1_000_000 / CanonicalAudio.SAMPLE_RATE_HZ));
    }

    /** Says that the epoch is over, unless there was none, or it was said before. */
    private void end(String reason) {
        if (gapDetector.epoch() >= 0 && !ended) {
            ended = true;
            events.onEvent(
                    new StreamEnded("", streamId, gapDetector.epoch(), gapDetector.expectedSequence() - 1, reason));
        }
    }

    /** A session that begins in mid-stream has missed nothing: who was there before it had those frames. */
    private void countGap(Frame frame) {
        if (gapDetector.epoch() >= 0) {
            long missing = gapDetector.missingBefore(frame.epoch(), frame.sequence());
            counters.gaps.incrementRelease();
            counters.missingFrames.getAndAddRelease(missing);
            events.onEvent(new Gap(
                    "",
                    streamId,
                    frame.epoch(),
                    frame.sequence() - missing,
                    frame.sequence() - 1,
                    "processor",
                    frame.has(FrameFlags.GAP_BEFORE) ? "agent" : "lost"));
            frame.flags(frame.flags() | FrameFlags.GAP_BEFORE);
        }
    }

    private void process(Frame frame, long nowNs) {
        lastFrameNs = nowNs;
        if (gapDetector.epoch() >= 0 && frame.epoch() != gapDetector.epoch()) {
            chain.restart();
        }
        gapDetector.accept(frame.epoch(), frame.sequence());
        FarEnd far = farEnd;
        if (far != null) {
            processReference(far, frame);
        }
        chain.process(frame);
        counters.processed.incrementRelease();
        if (frame.has(FrameFlags.END_OF_STREAM)) {
            end("end_of_stream");
        } else {
            ended = false;
        }
    }

    private void processReference(FarEnd far, Frame nearEnd) {
        long realignments = far.realignments();
        chain.processReference(far.align(nearEnd));
        if (far.missingSamples() > 0) {
            counters.missingReferenceSamples.getAndAddRelease(far.missingSamples());
        }
        if (far.realignments() != realignments) {
            counters.referenceRealignments.incrementRelease();
        }
    }

    public long streamId() {
        return streamId;
    }

    /**
     * Begins where another processor left off: frames up to there count as duplicates. Before the first frame. Its {@link
     * #chain} is as new, until it is restored.
     */
    public void goOnBehind(long epoch, long lastSequence) {
        gapDetector.beginBehind(epoch, lastSequence);
    }

    /**
     * What it keeps of the far end and how it is aligned, for {@link #goOnWithFarEnd}; empty while none has come. Between
     * two frames. Allocates up to 96 KB.
     */
    public byte[] farEnd() {
        FarEnd far = farEnd;
        return far == null ? NO_FAR_END : FarEndFormat.encode(far);
    }

    /**
     * Goes on with the far end of another processor's session, bit for bit. Before the first frame.
     *
     * @param state that {@link #farEnd} gave
     * @throws SnapshotRejectedException when it is no such thing
     */
    public void goOnWithFarEnd(byte[] state) throws SnapshotRejectedException {
        farEnd = state.length == 0 ? null : FarEndFormat.decode(state);
    }

    /** Of the newest frame taken; -1 before the first. */
    public long epoch() {
        return gapDetector.epoch();
    }

    /** Of the newest frame taken, in {@link #epoch}. */
    public long lastSequence() {
        return gapDetector.expectedSequence() - 1;
    }

    /** Its plugins. */
    public Chain chain() {
        return chain;
    }

    /** Goes on with another chain from the next frame on; the one before is closed. */
    void replaceChain(Chain next) {
        chain.close();
        chain = next;
    }

    /** Of the clock that {@link #onFrame} is given. */
    public long lastFrameNs() {
        return lastFrameNs;
    }

    /** Whether the last frame of the epoch has passed. */
    public boolean hasEnded() {
        return ended;
    }

    /**
     * Takes it out of the gauges.
     *
     * @param reason why no more frames are to be expected here, if the stream has not said so itself
     */
    public void close(String reason) {
        end(reason);
        chain.close();
    }
}
