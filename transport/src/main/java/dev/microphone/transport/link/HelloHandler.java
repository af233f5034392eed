package dev.microphone.transport.link;

import dev.microphone.transport.frame.StreamName;

/** A node's ear for agents. On the thread that polls. */
@FunctionalInterface
public interface HelloHandler {
    /**
     * An agent asks who processes a stream.
     *
     * @param session whom to answer; frames of the stream are to be taken from it alone
     * @param stream whose id its frames carry
     * @param oldestSequence of the frames that it keeps; {@code nextSequence} when it keeps none
     * @param nextSequence of the frame that it captures next
     */
    void onHello(long session, StreamName stream, long epoch, long oldestSequence, long nextSequence);
}
