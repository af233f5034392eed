package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamName;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The frames of one run of a stream that no processor has for good yet, and up to where they were sent. One thread.
 *
 * <p>Far-end frames ({@code REFERENCE}) have sequences of their own and stand before the near-end frame of their time: they
 * go with it.
 */
public final class SpooledRun {
    private final StreamName stream;
    private final long epoch;
    private final FrameStore store;
    private final Spool spool;
    private final long maxNs;
    private final AtomicCounter lost;
    private final AtomicCounter unprotected;
    private final AtomicCounter unreadable;
    private final Frame scratch;
    /** The frame that is sent next. */
    private long cursor;

    private long nextSequence;
    private long oldestCaptureTimeNs = Long.MIN_VALUE;
    private long lostFrames;
    private boolean gapAtCursor;
    private boolean ended;

    SpooledRun(StreamName stream, long epoch, FrameStore store, Spool spool, SpoolLimits limits, Frame scratch) {
        this.stream = stream;
        this.epoch = epoch;
        this.store = store;
        this.spool = spool;
        this.maxNs = limits.streamSeconds() * 1_000_000_000L;
        this.scratch = scratch;
        this.lost = spool.dropped("spool_full");
        this.unprotected = spool.dropped("spool_full_sent");
        this.unreadable = spool.dropped("spool_unreadable");
        this.cursor = store.firstIndex();
    }

    /** Of an earlier process: nothing more is appended. */
    void isRecovered() {
        ended = true;
        for (long index = store.endIndex() - 1; index >= store.firstIndex(); index--) {
            if (store.read(index, scratch) && !scratch.has(FrameFlags.REFERENCE)) {
                nextSequence = scratch.sequence() + 1;
                return;
            }
        }
    }

    public StreamName stream() {
        return stream;
    }

    public long epoch() {
        return epoch;
    }

    /** Keeps a sealed frame; the oldest go when there is no room. */
    public void append(Frame frame) {
        if (!frame.has(FrameFlags.REFERENCE)) {
            nextSequence = frame.sequence() + 1;
            ended |= frame.has(FrameFlags.END_OF_STREAM);
        }
        if (isEmpty()) {
            oldestCaptureTimeNs = frame.captureTimeNs();
        }
        while (!isEmpty() && frame.captureTimeNs() - oldestCaptureTimeNs > maxNs) {
            dropOldest();
        }
        spool.makeRoom(this);
        if (store.append(frame)) {
            spool.grown(1);
        } else {
            lost.incrementRelease();
            lostFrames++;
            gapAtCursor = true;
        }
    }

    /** To make room for a newer one. */
    void dropOldest() {
        long index = store.firstIndex();
        if (index < cursor) {
            unprotected.incrementRelease();
        } else {
            lost.incrementRelease();
            lostFrames++;
            cursor = index + 1;
            gapAtCursor = true;
        }
        trimTo(index + 1);
    }

    private void trimTo(long index) {
        long before = store.firstIndex();
        store.trimTo(index);
        cursor = Math.max(cursor, store.firstIndex());
        spool.grown(before - store.firstIndex());
        if (!isEmpty() && store.firstIndex() != before && store.read(store.firstIndex(), scratch)) {
            oldestCaptureTimeNs = scratch.captureTimeNs();
        }
    }

    /** How many frames are kept. */
    public long frames() {
        return store.endIndex() - store.firstIndex();
    }

    public boolean isEmpty() {
        return frames() == 0;
    }

    /** Nothing more is appended: the source has begun another run. */
    public void end() {
        ended = true;
    }

    /** Whether the source has ended: no more frames come. */
    public boolean hasEnded() {
        return ended;
    }

    /** Of the oldest near-end frame kept; {@link #nextSequence} when there is none. */
    public long oldestSequence() {
        return sequenceFrom(store.firstIndex());
    }

    public long nextSequence() {
        return nextSequence;
    }

    /** Frames that nobody will ever have. */
    public long lostFrames() {
        return lostFrames;
    }

    private long sequenceFrom(long from) {
        for (long index = from; index < store.endIndex(); index++) {
            if (store.read(index, scratch) && !scratch.has(FrameFlags.REFERENCE)) {
                return scratch.sequence();
            }
        }
        return nextSequence;
    }

    /** The first index behind the near-end frame of that sequence. */
    private long indexBehind(long sequence) {
        long low = store.firstIndex();
        long high = store.endIndex();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (sequenceFrom(middle) <= sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether there is a frame to be sent. */
    public boolean hasNext() {
        return cursor < store.endIndex();
    }

    /** How many frames were not sent yet. */
    public long waiting() {
        return store.endIndex() - cursor;
    }

    /**
     * The frame to be sent next, sealed.
     *
     * @return false when it could not be read: then it is lost, and counted, and the next may be asked for
     */
    public boolean next(Frame target) {
        if (!store.read(cursor, target)) {
            unreadable.incrementRelease();
            lostFrames++;
            gapAtCursor = true;
            cursor++;
            return false;
        }
        if (gapAtCursor && !target.has(FrameFlags.GAP_BEFORE)) {
            target.flags(target.flags() | FrameFlags.GAP_BEFORE).seal();
        }
        return true;
    }

    /** The frame that {@link #next} gave is on its way. */
    public void sent() {
        cursor++;
        gapAtCursor = false;
    }

    /** Whether a frame that was just appended may be sent as it is: everything before it was. */
    public boolean isCaughtUp() {
        return cursor == store.endIndex() - 1 && !gapAtCursor;
    }

    /** Everything behind that sequence is to be sent, again where it was before; -1: everything. */
    public void sendFromBehind(long coveredSequence) {
        cursor = indexBehind(coveredSequence);
    }

    /** Frames up to that sequence need not be kept. */
    public void acknowledge(long coveredSequence) {
        trimTo(indexBehind(coveredSequence));
    }

    void close() {
        store.close();
    }

    /** All of it has been acknowledged, and no more comes. */
    void delete() {
        spool.grown(-frames());
        store.delete();
    }
}
