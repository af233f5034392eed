package dev.microphone.edge.agent;

import dev.microphone.edge.dsp.CanonicalFrameHandler;
import dev.microphone.edge.dsp.Normaliser;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/**
 * One stream's way through the normalise agent: from its queue through its normaliser into frames. Belongs to the
 * agent's thread once the agent has it.
 */
final class Lane implements CanonicalFrameHandler {
    /** In one go, so that a stream with a full queue does not hold up the others. */
    private static final int MAX_CHUNKS_PER_CYCLE = 4;

    private static final int PERCENT = 100;

    private final CaptureSession session;
    private final PcmQueue queue;
    private final Normaliser normaliser;
    private final FrameBacklog backlog;
    private final int maxBacklogFrames;
    private final SignalRole role;
    private final boolean live;
    private final long frameNs;
    private final int samplesPerChannel;
    private final long streamId;
    private final FrameHandler downstream;
    private final Frame frame;
    private final Frame heldBack;
    private final LaneCounters counters;
    private final NanoClock clock;

    private ClockQuality clockQuality = ClockQuality.UNKNOWN;
    private long sequence;
    private long lastCaptureTimeNs;
    private long droppedFrames;
    private boolean gap;
    private boolean ending;
    private boolean holding;
    private boolean ended;
    private int queuePercent;
    private int backlogPercent;

    /**
     * @param frames of the agent, lent to each of its lanes while it works: one to fill, one to hold back
     */
    Lane(
            CaptureSession session,
            LaneInput input,
            FrameBacklog backlog,
            int maxBacklogFrames,
            FrameHandler downstream,
            Frame[] frames,
            LaneCounters counters,
            NanoClock clock) {
        this.session = session;
        this.queue = input.queue();
        this.normaliser = input.normaliser();
        this.role = input.role();
        this.live = input.live();
        this.frameNs = input.frameMillis() * 1_000_000L;
        this.samplesPerChannel = CanonicalAudio.samplesPerChannel(input.frameMillis());
        this.backlog = backlog;
        this.maxBacklogFrames = maxBacklogFrames;
        this.streamId = session.stream().streamId();
        this.downstream = downstream;
        this.frame = frames[0];
        this.heldBack = frames[1];
        this.counters = counters;
        this.clock = clock;
    }

    /** @return how many chunks and kept frames moved; 0 when there was nothing to do */
    int doWork() {
        int work = backlog.drainTo(downstream);
        reportUtilisation();
        for (int i = 0; i < MAX_CHUNKS_PER_CYCLE && (live || backlog.isEmpty()); i++) {
            PcmChunk chunk = queue.poll();
            if (chunk == null) {
                break;
            }
            take(chunk);
            work++;
        }
        return work;
    }

    /** Whether the last frame has been handed on. */
    boolean isDone() {
        return ended && backlog.isEmpty();
    }

    /** Tells the session how it went; nothing more is done afterwards. */
    StreamEnd complete() {
        CaptureThread capture = session.capture();
        Exception fault = ended ? capture.fault() : null;
        StreamEnd end = new StreamEnd(
                session.stream(),
                session.epoch(),
                sequence,
                droppedFrames,
                fault,
                ended ? capture.warnings() : List.of());
        session.complete(end);
        return end;
    }

    /** Gives the stream up: the agent closes. */
    void abandon() {
        session.capture().abandon();
        countDropped(backlog.clear());
    }

    CaptureSession session() {
        return session;
    }

    private void take(PcmChunk chunk) {
        long startNs = clock.nanoTime();
        long sequenceBefore = sequence;
        try {
            gap |= chunk.gapBefore;
            clockQuality = chunk.clockQuality;
            ending = chunk.last;
            normaliser.process(chunk.pcm, 0, chunk.lengthBytes, chunk.captureTimeNs, this);
            if (ending) {
                end();
            }
        } finally {
            queue.release(chunk);
        }
        counters.onChunk(clock.nanoTime() - startNs, sequence - sequenceBefore, normaliser);
    }

    private void end() {
        ended = true;
        normaliser.finish(this);
        if (!holding) {
            // Stopped just behind a frame: a silent one carries the end.
            Arrays.fill(frame.bytes(), frame.pcmOffset(), Frame.HEADER_LENGTH + Frame.MAX_PCM_LENGTH, (byte) 0);
            describe(
                    FrameFlags.DUAL_MONO | FrameFlags.DIGITAL_SILENCE,
                    lastCaptureTimeNs + (sequence == 0 ? 0 : frameNs));
            heldBack.copyFrom(frame);
        }
        heldBack.flags(heldBack.flags() | FrameFlags.END_OF_STREAM);
        handOn(heldBack);
        holding = false;
    }

    @Override
    public void onAudio(byte[] s16le, int offset, int lengthBytes, int flags, long captureTimeNs) {
        System.arraycopy(s16le, offset, frame.bytes(), frame.pcmOffset(), lengthBytes);
        describe(flags, captureTimeNs);
        if (!ending) {
            handOn(frame);
            return;
        }
        if (holding) {
            handOn(heldBack);
        }
        heldBack.copyFrom(frame);
        holding = true;
    }

    private void describe(int flags, long captureTimeNs) {
        frame.samplesPerChannel(samplesPerChannel)
                .streamId(streamId)
                .epoch(session.epoch())
                .sequence(sequence++)
                .captureTimeNs(captureTimeNs)
                .clockQuality(clockQuality)
                .keyId(0)
                .flags(flags | role.flags() | (gap ? FrameFlags.GAP_BEFORE : 0));
        lastCaptureTimeNs = captureTimeNs;
        gap = false;
    }

    private void handOn(Frame next) {
        countDropped(backlog.offer(next, downstream));
    }

    private void countDropped(int dropped) {
        if (dropped > 0) {
            droppedFrames += dropped;
            counters.onDropped(dropped);
        }
    }

    private void reportUtilisation() {
        int queueNow = queue.utilisationPercent();
        if (queueNow != queuePercent) {
            queuePercent = queueNow;
            counters.queueUtilisation(queueNow);
        }
        int backlogNow = backlog.size() * PERCENT / maxBacklogFrames;
        if (backlogNow != backlogPercent) {
            backlogPercent = backlogNow;
            counters.backlogUtilisation(backlogNow);
        }
    }
}
