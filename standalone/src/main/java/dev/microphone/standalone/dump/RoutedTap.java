package dev.microphone.standalone.dump;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;

/** Before the router: dumps each frame that it took. Belongs to the router's thread; allocates nothing per frame. */
public final class RoutedTap implements FramePoller, FrameHandler {
    private final FramePoller poller;
    private final Long2ObjectHashMap<StageDump.Stream> streams = new Long2ObjectHashMap<>();
    private FrameHandler router = frame -> false;

    /** @param streams by stream id */
    public RoutedTap(FramePoller poller, Map<Long, StageDump.Stream> streams) {
        this.poller = poller;
        this.streams.putAll(streams);
    }

    @Override
    public int poll(FrameHandler handler, int frameLimit) {
        router = handler;
        return poller.poll(this, frameLimit);
    }

    @Override
    public boolean onFrame(Frame frame) {
        boolean taken = router.onFrame(frame);
        if (taken && !frame.has(FrameFlags.REFERENCE)) {
            StageDump.Stream stream = streams.get(frame.streamId());
            if (stream != null) {
                stream.routed(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
            }
        }
        return taken;
    }
}
