package dev.microphone.processor.flink;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import java.util.List;
import org.agrona.CloseHelper;
import org.jspecify.annotations.Nullable;

/** An agent as small as can be: one stream, all of whose frames it keeps; it follows the stream's owner. One thread. */
final class StreamSender implements AnswerHandler, AutoCloseable {
    private final Aeron aeron;
    private final StreamName stream;
    private final long epoch;
    private final List<byte[]> frames;
    private final NodeEndpoint door;
    private final Metrics metrics;
    private final Frame frame = new Frame();
    private NodeEndpoint node;
    private @Nullable NodeLink link;
    private boolean isOwner;
    private boolean wasConnected;
    private int next;
    private int limit;
    private long asked;
    private long openedNs;
    long attempt = -1;
    long acknowledged = -1;
    int hellos;

    /** @param frames each frame's samples, s16le stereo, 20 ms */
    StreamSender(Aeron aeron, StreamName stream, long epoch, List<byte[]> frames, NodeEndpoint door, Metrics metrics) {
        this.aeron = aeron;
        this.stream = stream;
        this.epoch = epoch;
        this.frames = frames;
        this.door = door;
        this.node = door;
        this.metrics = metrics;
    }

    /** Frames before that one may be sent. */
    void upTo(int end) {
        limit = end;
    }

    /** Does what can be done without waiting. */
    void work() {
        NodeLink open = link;
        if (open == null) {
            open = new NodeLink(aeron, node, metrics);
            link = open;
            wasConnected = false;
            openedNs = System.nanoTime();
        }
        open.poll(this, 10);
        if (link != open) {
            return;
        }
        if (!open.isConnected()) {
            if (wasConnected) {
                turnTo(door);
            } else if (System.nanoTime() - openedNs > 5_000_000_000L) {
                turnTo(door);
            }
            return;
        }
        wasConnected = true;
        if (!isOwner) {
            if (asked++ % 50_000 == 0 && open.hello(stream, epoch, 0, frames.size())) {
                hellos++;
            }
            return;
        }
        if (next < limit) {
            byte[] samples = frames.get(next);
            frame.streamId(stream.streamId())
                    .epoch(epoch)
                    .sequence(next)
                    .captureTimeNs(next * 20_000_000L)
                    .flags(0)
                    .samplesPerChannel(960);
            System.arraycopy(samples, 0, frame.bytes(), frame.pcmOffset(), samples.length);
            if (open.onFrame(frame)) {
                next++;
            }
        }
    }

    private void turnTo(NodeEndpoint endpoint) {
        CloseHelper.close(link);
        link = null;
        node = endpoint;
        isOwner = false;
        asked = 0;
    }

    @Override
    public void onOwner(
            long streamId, long ofEpoch, long covered, long newAttempt, long everyMs, String endpoint, String chain) {
        attempt = newAttempt;
        if (endpoint.isEmpty()) {
            isOwner = true;
            next = (int) covered + 1;
        } else {
            turnTo(NodeEndpoint.parse(endpoint));
        }
    }

    @Override
    public void onMoved(long streamId, long newAttempt, String endpoint) {
        if (endpoint.isEmpty()) {
            isOwner = false;
        } else {
            turnTo(NodeEndpoint.parse(endpoint));
        }
    }

    @Override
    public void onAcknowledged(long streamId, long ofEpoch, long covered, long ofAttempt) {
        acknowledged = covered;
    }

    @Override
    public String toString() {
        return "sender of " + stream + " to " + node
                + (link != null && link.isConnected() ? ", connected" : ", not connected")
                + ", " + hellos + " hellos, " + (isOwner ? "owner" : "no owner") + ", next " + next + ", attempt "
                + attempt
                + ", acknowledged " + acknowledged;
    }

    @Override
    public void close() {
        CloseHelper.close(link);
    }
}
