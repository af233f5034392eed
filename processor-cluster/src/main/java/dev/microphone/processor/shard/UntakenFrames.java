package dev.microphone.processor.shard;

import dev.microphone.transport.frame.Frame;

/**
 * Copies of the frames that went to a router, in their order, until it has taken them. Those that are kept can all be sent
 * again. Of fixed size; one thread; allocates nothing per frame.
 */
final class UntakenFrames {
    /** What a publication to a router can have on its way, 1 MiB, is 268 frames of 20 ms. Of shorter ones this is the limit. */
    private static final int CAPACITY = 320;

    private final Frame[] frames = new Frame[CAPACITY];
    private final long[] positions = new long[CAPACITY];
    private long first;
    private long unsent;
    private long end;

    UntakenFrames() {
        for (int i = 0; i < CAPACITY; i++) {
            frames[i] = new Frame();
        }
    }

    private static int slot(long index) {
        return (int) (index % CAPACITY);
    }

    /** Index of the oldest frame; all before it were taken. Indices only rise. */
    long first() {
        return first;
    }

    /** Index of the frame that is added next. */
    long end() {
        return end;
    }

    boolean isEmpty() {
        return first == end;
    }

    boolean isFull() {
        return end - first == CAPACITY;
    }

    /** Keeps a frame that was just sent, with none {@link #hasUnsent before it} waiting. */
    void add(Frame sent, long position) {
        frames[slot(end)].copyFrom(sent);
        positions[slot(end)] = position;
        end++;
        unsent = end;
    }

    /** Forgets what the router has taken: all that was sent before that position. */
    void forgetUntil(long takenPosition) {
        while (first < unsent && positions[slot(first)] <= takenPosition) {
            first++;
        }
    }

    /** All that is kept has to be sent once more. */
    void sendAgain() {
        unsent = first;
    }

    boolean hasUnsent() {
        return unsent < end;
    }

    /** The oldest that has to be sent once more. */
    Frame nextUnsent() {
        return frames[slot(unsent)];
    }

    /** {@link #nextUnsent} was sent. */
    void sent(long position) {
        positions[slot(unsent)] = position;
        unsent++;
    }

    /** The oldest, for someone else to keep. */
    Frame oldest() {
        return frames[slot(first)];
    }

    /** Someone else keeps the {@link #oldest} now. */
    void removeOldest() {
        first++;
        unsent = Math.max(unsent, first);
    }
}
