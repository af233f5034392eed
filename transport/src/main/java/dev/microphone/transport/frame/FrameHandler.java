package dev.microphone.transport.frame;

/** The one verb between stages. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * Takes one frame. The frame belongs to the caller: it may be changed in place during the call, and must be copied
     * by whoever needs it longer.
     *
     * @return true when the frame was taken (processed, queued, or dropped and counted); false when there is no room
     *     now, in which case nothing has changed and the same frame is offered again
     */
    boolean onFrame(Frame frame);
}
