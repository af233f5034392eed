package dev.microphone.transport.link;

/** A node's ear for agents. On the thread that polls. */
@FunctionalInterface
public interface HelloHandler {
    /**
     * An agent asks who processes a stream.
     *
     * @param session whom to answer
     * @param oldestSequence of the frames that it keeps; {@code nextSequence} when it keeps none
     * @param nextSequence of the frame that it captures next
     */
    void onHello(long session, long streamId, long epoch, long oldestSequence, long nextSequence);
}
