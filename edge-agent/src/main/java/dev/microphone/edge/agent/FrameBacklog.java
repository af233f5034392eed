package dev.microphone.edge.agent;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream's frames that the next stage had no room for, in order. When there is no more room here either, the oldest
 * frame is dropped and the one behind it says so; its sequence is gone, so the gap shows downstream. One thread.
 */
final class FrameBacklog {
    private final FramePool pool;
    private final int maxFrames;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private boolean gapAtHead;

    /** @param maxFrames for this stream; the pool's other borrowers may leave it less, but never less than one */
    FrameBacklog(FramePool pool, int maxFrames) {
        this.pool = pool;
        this.maxFrames = maxFrames;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    int size() {
        return frames.size();
    }

    /**
     * Hands the frame on, or keeps a copy behind those already kept.
     *
     * @return how many frames were dropped for it: 0 or 1
     */
    int offer(Frame frame, FrameHandler downstream) {
        if (frames.isEmpty() && downstream.onFrame(frame)) {
            return 0;
        }
        int dropped = 0;
        @Nullable Frame kept = frames.size() < maxFrames ? pool.take() : null;
        if (kept == null && frames.isEmpty()) {
            kept = pool.takeBeyondLimit();
        }
        if (kept == null) {
            kept = frames.remove();
            gapAtHead = true;
            dropped = 1;
        }
        frames.add(kept.copyFrom(frame));
        return dropped;
    }

    /** @return how many kept frames were handed on, until the next stage had no room */
    int drainTo(FrameHandler downstream) {
        int drained = 0;
        Frame head;
        while ((head = frames.peek()) != null) {
            if (gapAtHead) {
                head.flags(head.flags() | FrameFlags.GAP_BEFORE);
            }
            if (!downstream.onFrame(head)) {
                break;
            }
            gapAtHead = false;
            pool.give(frames.remove());
            drained++;
        }
        return drained;
    }

    /** Forgets all, for a stream that is given up. */
    int clear() {
        int dropped = frames.size();
        while (!frames.isEmpty()) {
            pool.give(frames.remove());
        }
        return dropped;
    }
}
