package dev.microphone.transport.link;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamName;
import org.jspecify.annotations.Nullable;

/** An agent's connection to one node. One thread. */
public interface Link extends FrameHandler, AutoCloseable {
    /** Whether both ways are open. */
    boolean isConnected();

    /** Why it can never be open: its host has no address, or the like; null while nothing speaks against it. */
    @Nullable
    Throwable refusal();

    /**
     * Asks who processes a stream.
     *
     * @param oldestSequence of the frames that are kept; {@code nextSequence} when none is
     * @param nextSequence of the frame that is captured next
     * @return false when there is no room now: ask again
     */
    boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence);

    /** Whether a frame may find room now; one that has to be read from a disk need not be before that. */
    boolean hasRoom();

    /** @return false when there is no room now: keep the frame and offer it again */
    @Override
    boolean onFrame(Frame frame);

    /**
     * Goes on with opening it, and hands over answers that have come; what is none is counted and skipped. What the handler
     * throws leaves this.
     *
     * @return how many messages there were
     */
    int poll(AnswerHandler handler, int limit);

    @Override
    void close();
}
