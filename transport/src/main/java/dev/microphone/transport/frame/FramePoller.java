package dev.microphone.transport.frame;

/** Where frames come from: an Aeron subscription, or a test's list. */
@FunctionalInterface
public interface FramePoller {
    /**
     * Hands over at most that many frames that have arrived; never blocks.
     *
     * @return how many were handed over; 0 when there was nothing, or the handler had no room
     */
    int poll(FrameHandler handler, int frameLimit);
}
