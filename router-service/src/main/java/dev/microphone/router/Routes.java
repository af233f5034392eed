package dev.microphone.router;

import dev.microphone.router.sink.SinkWorker;
import dev.microphone.router.stream.StreamState;
import dev.microphone.router.stream.Streams;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.Gap;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Puts each frame into every sink's queue, once.
 *
 * <p>Frames that were delivered before, reference signals and sealed frames go nowhere and are counted. When some sinks
 * have no room, the frame is refused; when it is offered again, only those get it. Owned by the router's thread;
 * allocates nothing per frame.
 */
final class Routes implements FrameHandler {
    /** A bit each in a stream's pending mask. */
    static final int MAX_SINKS = Long.SIZE;

    private final Streams streams;
    private final ControlEventListener events;
    private final SinkWorker[] sinks;
    private final long allSinks;
    private final AtomicCounter processed;
    private final AtomicCounter references;
    private final AtomicCounter gaps;
    private final AtomicCounter missing;
    private final AtomicCounter duplicates;
    private final AtomicCounter earlierEpoch;
    private final AtomicCounter late;
    private final AtomicCounter sealed;
    private final AtomicCounter tooManyStreams;
    private final AtomicCounter abandoned;
    private final DurationHistogram latency;
    private long nowNs;
    private long wallNs;

    Routes(Streams streams, List<SinkWorker> sinks, ControlEventListener events, Metrics metrics) {
        if (sinks.size() > MAX_SINKS) {
            throw new IllegalArgumentException(sinks.size() + " sinks: at most " + MAX_SINKS + " are allowed");
        }
        this.streams = streams;
        this.events = events;
        this.sinks = sinks.toArray(SinkWorker[]::new);
        this.allSinks = sinks.size() == Long.SIZE ? -1L : (1L << sinks.size()) - 1;
        this.processed = metrics.counter("microphone_frames_processed_total", "stage", "router");
        this.references = metrics.counter("microphone_reference_frames_total", "stage", "router");
        this.gaps = metrics.counter("microphone_gaps_total", "stage", "router");
        this.missing = metrics.counter("microphone_frames_missing_total", "stage", "router");
        this.duplicates = dropped(metrics, "duplicate");
        this.earlierEpoch = dropped(metrics, "earlier_epoch");
        this.late = dropped(metrics, "late");
        this.sealed = dropped(metrics, "sealed");
        this.tooManyStreams = dropped(metrics, "too_many_streams");
        this.abandoned = dropped(metrics, "not_offered_again");
        this.latency = metrics.histogram("microphone_delivery_latency_ms", "stage", "router");
    }

    private static AtomicCounter dropped(Metrics metrics, String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "router", "reason", reason);
    }

    /**
     * The time that frames are taken to arrive at, until the next call.
     *
     * @param monotonicNs for what happened how long ago
     * @param sinceUnixEpochNs for how old a frame is
     */
    void advanceTo(long monotonicNs, long sinceUnixEpochNs) {
        nowNs = monotonicNs;
        wallNs = sinceUnixEpochNs;
    }

    @Override
    public boolean onFrame(Frame frame) {
        if (frame.has(FrameFlags.REFERENCE)) {
            references.incrementRelease();
            return true;
        }
        if (frame.keyId() != 0) {
            sealed.incrementRelease();
            return true;
        }
        StreamState stream = streams.stateOf(frame.streamId(), nowNs);
        if (stream == null) {
            tooManyStreams.incrementRelease();
            return true;
        }
        if (stream.isPending(frame)) {
            return deliver(frame, stream, stream.pendingSinks());
        }
        return switch (stream.classify(frame)) {
            case NEXT -> {
                admit(frame, stream);
                yield deliver(frame, stream, allSinks);
            }
            case GAP -> {
                countGap(frame, stream);
                admit(frame, stream);
                yield deliver(frame, stream, allSinks);
            }
            case DUPLICATE -> {
                if (stream.isOfEarlierRun(frame)) {
                    countEarlierRun(frame, stream);
                } else {
                    duplicates.incrementRelease();
                    stream.countDuplicate();
                }
                yield true;
            }
            case LATE -> {
                late.incrementRelease();
                stream.countLate();
                yield true;
            }
        };
    }

    private void countGap(Frame frame, StreamState stream) {
        long missingFrames = stream.missingBefore(frame);
        gaps.incrementRelease();
        missing.getAndAddRelease(missingFrames);
        stream.countGap(missingFrames);
        // Otherwise the processor has named it.
        if (!frame.has(FrameFlags.GAP_BEFORE)) {
            events.onEvent(new Gap(
                    "",
                    frame.streamId(),
                    frame.epoch(),
                    frame.sequence() - missingFrames,
                    frame.sequence() - 1,
                    "router",
                    "lost"));
        }
    }

    /** A source that was restarted with its clock set back; who sends it did not know of the later run. */
    private void countEarlierRun(Frame frame, StreamState stream) {
        earlierEpoch.incrementRelease();
        if (stream.isToBeNamed(frame)) {
            events.onEvent(new Gap(
                    "",
                    frame.streamId(),
                    frame.epoch(),
                    frame.sequence(),
                    frame.sequence(),
                    "router",
                    "earlier_epoch"));
        }
    }

    private void admit(Frame frame, StreamState stream) {
        if (stream.pendingSinks() != 0) {
            // Whoever offered the last frame has gone; the sinks that had no room for it see a gap.
            abandoned.getAndAddRelease(Long.bitCount(stream.pendingSinks()));
        }
        stream.accept(frame, nowNs, wallNs);
        processed.incrementRelease();
        if (frame.clockQuality() != ClockQuality.FILE_POSITION) {
            latency.record(Math.max(0, wallNs - frame.captureTimeNs()));
        }
    }

    private boolean deliver(Frame frame, StreamState stream, long wantedSinks) {
        long pending = wantedSinks;
        for (int i = 0; i < sinks.length; i++) {
            long bit = 1L << i;
            if ((pending & bit) != 0 && sinks[i].offer(frame)) {
                pending &= ~bit;
            }
        }
        stream.pendingSinks(pending);
        return pending == 0;
    }
}
