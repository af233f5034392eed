package dev.microphone.edge.agent;

import dev.microphone.transport.frame.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames to be lent, made when first needed and then kept, so that a stream which never falls behind costs nothing and
 * one which does allocates only once. One thread.
 */
final class FramePool {
    private final ArrayDeque<Frame> free = new ArrayDeque<>();
    private final int maxFrames;
    private int made;

    FramePool(int maxFrames) {
        this.maxFrames = maxFrames;
    }

    /** @return null when all are lent */
    @Nullable
    Frame take() {
        Frame frame = free.poll();
        if (frame == null && made < maxFrames) {
            made++;
            return new Frame();
        }
        return frame;
    }

    /** A frame beyond the limit. */
    Frame takeBeyondLimit() {
        made++;
        return new Frame();
    }

    void give(Frame frame) {
        if (made > maxFrames) {
            made--;
        } else {
            free.push(frame);
        }
    }
}
