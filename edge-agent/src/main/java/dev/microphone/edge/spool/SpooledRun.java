package dev.microphone.edge.spool;

import dev.microphone.transport.frame.CanonicalAudio;
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
    /** The epoch that captured frames carry, of a run of which none come. */
    static final long NOT_CAPTURED = -1;

    private static final long NS_PER_S = 1_000_000_000L;

    private final StreamName stream;
    private final long capturedEpoch;
    /** That frames in the store carry. */
    private final long storedEpoch;
    /** That they are sent with. */
    private long epoch;

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
    /** Of the near-end frame that was read last, to be sent; -1: none was. */
    private long lastReadSequence = -1;

    private int unreadableInARow;
    private boolean gapAtCursor;
    /** Whether the next near-end frame that is appended stands behind a gap. */
    private boolean gapAtEnd;
    /** Of the frame before which those are that went as another stream's; -1: there is none. */
    private long firstSetAside = -1;

    private long sentAsId;
    private long frameNs;
    private boolean recovered;
    private boolean setAside;
    private boolean ended;
    private boolean mayBeKnown;

    SpooledRun(
            StreamName stream,
            long capturedEpoch,
            long epoch,
            FrameStore store,
            Spool spool,
            SpoolLimits limits,
            Frame scratch) {
        this.stream = stream;
        this.capturedEpoch = capturedEpoch;
        this.storedEpoch = epoch;
        this.epoch = epoch;
        this.sentAsId = stream.streamId();
        this.store = store;
        this.spool = spool;
        this.maxNs = limits.streamSeconds() * NS_PER_S;
        this.scratch = scratch;
        this.lost = spool.dropped("spool_full");
        this.unprotected = spool.dropped("spool_full_sent");
        this.unreadable = spool.dropped("spool_unreadable");
        this.cursor = store.firstIndex();
    }

    /**
     * Of an earlier process: nothing more is appended.
     *
     * @param sentEpoch that it was sent with there
     */
    void isRecovered(long sentEpoch, boolean wasSetAside) {
        epoch = sentEpoch;
        mayBeKnown = true;
        ended = true;
        recovered = true;
        setAside = wasSetAside;
        endBehindLastReadable();
    }

    /** Nobody will ever acknowledge a frame at the end that cannot be read. */
    private void endBehindLastReadable() {
        for (long index = store.endIndex() - 1; index >= store.firstIndex(); index--) {
            if (store.read(index, scratch) && !scratch.has(FrameFlags.REFERENCE)) {
                noteNearEnd(scratch);
                return;
            }
        }
        // Far-end frames alone are of no use, and nobody acknowledges them.
        store.trimTo(store.endIndex());
        cursor = store.endIndex();
    }

    private void noteNearEnd(Frame frame) {
        nextSequence = frame.sequence() + 1;
        frameNs = frame.samplesPerChannel() * NS_PER_S / CanonicalAudio.SAMPLE_RATE_HZ;
    }

    /** Begins in the middle of an epoch. */
    void beginBehindGap(long firstSequence) {
        mayBeKnown = true;
        nextSequence = firstSequence;
        gapAtEnd = true;
    }

    /**
     * From now on its frames go as those of another stream, with the same epoch and sequences; the agent's next start
     * knows, too. Nothing more is appended.
     */
    public void setAside(StreamName as) {
        mayBeKnown = true;
        sentAsId = as.streamId();
        ended = true;
        firstSetAside = store.firstIndex();
        gapAtCursor |= cursor == firstSetAside;
        if (!setAside) {
            setAside = true;
            store.setAside();
        }
    }

    /** Whether {@link #setAside} was called, maybe by an earlier process. */
    public boolean isSetAside() {
        return setAside;
    }

    public StreamName stream() {
        return stream;
    }

    /** That its frames are captured with; -1 of an earlier process's. */
    public long capturedEpoch() {
        return capturedEpoch;
    }

    /** That its frames are sent with. */
    public long epoch() {
        return epoch;
    }

    /**
     * Whether a node may have frames of this run. One that says so of a run of which it cannot have any means another
     * run with the same epoch.
     */
    public boolean mayBeKnown() {
        return mayBeKnown;
    }

    /** From now on its frames go with a later epoch, all that are kept; the agent's next start knows, too. */
    public void sendWithEpoch(long later) {
        epoch = later;
        mayBeKnown = false;
        store.sentWithEpoch(later);
        spool.noteEpoch(this);
        cursor = store.firstIndex();
    }

    /** Keeps a frame, sealed; the oldest go when there is no room. */
    public void append(Frame frame) {
        if (frame.epoch() != storedEpoch) {
            frame.epoch(storedEpoch).seal();
        }
        if (!frame.has(FrameFlags.REFERENCE)) {
            noteNearEnd(frame);
            ended |= frame.has(FrameFlags.END_OF_STREAM);
            if (gapAtEnd) {
                gapAtEnd = false;
                frame.flags(frame.flags() | FrameFlags.GAP_BEFORE).seal();
            }
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

    /**
     * Whether a node can have all frames up to there. Of an earlier process's run it can have more than is left here:
     * what a power cut took from the disk.
     */
    public boolean canBeCovered(long sequence) {
        return recovered || sequence < nextSequence;
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

    /** How much sound was not sent yet, by its sequences. */
    public long waitingNs() {
        return hasNext() ? (nextSequence - sequenceFrom(cursor)) * frameNs : 0;
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
            unreadableInARow++;
            gapAtCursor = true;
            cursor++;
            if (ended && !hasNext()) {
                long kept = frames();
                endBehindLastReadable();
                spool.grown(frames() - kept);
            }
            return false;
        }
        if (!target.has(FrameFlags.REFERENCE)) {
            countUnreadable(target.sequence());
        }
        boolean isFirstBehindGap = gapAtCursor && !target.has(FrameFlags.GAP_BEFORE);
        if (isFirstBehindGap) {
            target.flags(target.flags() | FrameFlags.GAP_BEFORE);
        }
        if (isFirstBehindGap || target.streamId() != sentAsId || target.epoch() != epoch) {
            target.streamId(sentAsId).epoch(epoch).seal();
        }
        return true;
    }

    /** What could not be read may have been several frames, when it was a length that was damaged. */
    private void countUnreadable(long sequence) {
        long more = sequence - lastReadSequence - 1 - unreadableInARow;
        if (unreadableInARow > 0 && lastReadSequence >= 0 && more > 0) {
            unreadable.getAndAddRelease(more);
            lostFrames += more;
        }
        unreadableInARow = 0;
        lastReadSequence = sequence;
    }

    /** The frame that {@link #next} gave is on its way. */
    public void sent() {
        mayBeKnown = true;
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
        lastReadSequence = -1;
        unreadableInARow = 0;
        gapAtCursor |= cursor == firstSetAside;
    }

    /** Frames up to that sequence need not be kept. */
    public void acknowledge(long coveredSequence) {
        // Far-end frames whose near-end frame will never come are of no use.
        boolean isAll = ended && coveredSequence >= nextSequence - 1;
        trimTo(isAll ? store.endIndex() : indexBehind(coveredSequence));
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
