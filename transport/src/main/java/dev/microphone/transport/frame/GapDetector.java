package dev.microphone.transport.frame;

import java.util.Arrays;

/**
 * Says of each frame of one stream whether it is the next one, comes behind a gap, fills an old gap, or was seen before.
 *
 * <p>Remembers which of the last {@value #WINDOW} sequences arrived, as a ring of bits that moves with the highest
 * sequence (the anti-replay window of RFC 6479). {@link #classify} changes nothing, so a frame that the next stage had
 * no room for can be offered again; {@link #accept} commits. Owned by the thread that handles the stream's frames.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6479">RFC 6479</a>
 */
public final class GapDetector {
    /** Frames of memory behind the newest: 20 s at 20 ms. What is older counts as a duplicate. */
    public static final int WINDOW = 1_024;

    /** What a frame is to its stream. */
    public enum Verdict {
        /** The first of an epoch that begins at sequence 0, or the one behind the newest. */
        NEXT,
        /** Newer than the one expected: {@link #missingBefore} were not seen yet. */
        GAP,
        /** Older than the newest and not seen before: it fills a gap that was counted. */
        LATE,
        /** Seen before, too old to tell, or of an epoch that has ended. */
        DUPLICATE
    }

    private final long[] seen = new long[WINDOW / Long.SIZE];
    private long epoch = -1;
    private long expected;

    /** What the frame is; nothing changes. */
    public Verdict classify(long frameEpoch, long sequence) {
        if (frameEpoch != epoch) {
            if (frameEpoch < epoch) {
                return Verdict.DUPLICATE;
            }
            return sequence == 0 ? Verdict.NEXT : Verdict.GAP;
        }
        if (sequence >= expected) {
            return sequence == expected ? Verdict.NEXT : Verdict.GAP;
        }
        return expected - sequence > WINDOW || isSeen(sequence) ? Verdict.DUPLICATE : Verdict.LATE;
    }

    /** How many frames are missing between the newest and this one; 0 unless it is a {@link Verdict#GAP}. */
    public long missingBefore(long frameEpoch, long sequence) {
        if (frameEpoch != epoch) {
            return frameEpoch < epoch ? 0 : sequence;
        }
        return Math.max(0, sequence - expected);
    }

    /** Commits a frame that was taken. */
    public void accept(long frameEpoch, long sequence) {
        if (frameEpoch != epoch) {
            epoch = frameEpoch;
            Arrays.fill(seen, 0);
            expected = sequence;
        }
        if (sequence >= expected) {
            forget(expected, sequence);
            expected = sequence + 1;
        }
        seen[word(sequence)] |= 1L << sequence;
    }

    /** Begins behind a frame that someone else has taken, with all before it: they count as duplicates. */
    public void beginBehind(long lastEpoch, long lastSequence) {
        epoch = lastEpoch;
        expected = lastSequence + 1;
        Arrays.fill(seen, -1L);
    }

    /** The epoch of the newest frame; -1 before the first. */
    public long epoch() {
        return epoch;
    }

    /** The sequence that would be {@link Verdict#NEXT}. */
    public long expectedSequence() {
        return expected;
    }

    private void forget(long from, long to) {
        if (to - from >= WINDOW) {
            Arrays.fill(seen, 0);
            return;
        }
        for (long sequence = from; sequence <= to; sequence++) {
            seen[word(sequence)] &= ~(1L << sequence);
        }
    }

    private boolean isSeen(long sequence) {
        return (seen[word(sequence)] & (1L << sequence)) != 0;
    }

    private static int word(long sequence) {
        return (int) (sequence / Long.SIZE % (WINDOW / Long.SIZE));
    }
}
