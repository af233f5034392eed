package dev.microphone.standalone.live;

import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import java.util.concurrent.Future;

/**
 * Hands over nothing until something is done, however it ended: what arrives waits where it came from, and is late, but not
 * lost. Belongs to the polling thread.
 */
final class WaitingPoller implements FramePoller {
    private final FramePoller poller;
    private final Future<?> awaited;
    private boolean open;

    WaitingPoller(FramePoller poller, Future<?> awaited) {
        this.poller = poller;
        this.awaited = awaited;
    }

    @Override
    public int poll(FrameHandler handler, int frameLimit) {
        if (!open) {
            open = awaited.isDone();
        }
        return open ? poller.poll(handler, frameLimit) : 0;
    }
}
