package dev.microphone.transport.link;

import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import org.agrona.CloseHelper;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames to a router, and before a stream's first one its name, where it is known: a router has ids only, and
 * recordings are called by names. Owned by the thread that calls {@link #onFrame}; allocates nothing per frame.
 */
public final class NamingPublisher implements FrameHandler, AutoCloseable {
    /** Of 4 KB each: a quarter of the window, and one more. */
    private static final int FILLERS = RouterChannels.WINDOW_LENGTH / 4 / 4_096 + 1;

    private final FramePublisher publisher;
    private final StreamDirectory names;
    private final LinkCodec codec = new LinkCodec();
    /** Those that this router knows; another router behind the same address knows none. */
    private final LongHashSet told = new LongHashSet();

    /**
     * @param router host:port
     * @param stage the label of the counters
     */
    public NamingPublisher(Aeron aeron, String router, StreamDirectory names, Metrics metrics, String stage) {
        this.publisher = new FramePublisher(
                aeron,
                RouterChannels.send(router),
                RouterChannels.STREAM_ID,
                RouterChannels.WINDOW_LENGTH,
                metrics,
                stage);
        this.names = names;
    }

    @Override
    public boolean onFrame(Frame frame) {
        if (!told.contains(frame.streamId()) && !tell(frame.streamId())) {
            return false;
        }
        if (publisher.onFrame(frame)) {
            return true;
        }
        if (!publisher.isConnected()) {
            told.clear();
        }
        return false;
    }

    private boolean tell(long streamId) {
        @Nullable StreamName stream = StreamName.ofText(names.nameOf(streamId));
        if (stream != null && !publisher.send(codec.buffer(), codec.named(stream))) {
            return false;
        }
        told.add(streamId);
        return true;
    }

    /** Of what is sent now; see {@link FramePublisher#session}. */
    public long session() {
        return publisher.session();
    }

    /** Begins another session when the router behind the address is another one; see {@link FramePublisher}. */
    public long followReceiver() {
        long before = publisher.session();
        long now = publisher.followReceiver();
        if (now != before) {
            told.clear();
        }
        return now;
    }

    /** Begins another session; what the router has not taken of this one is gone. */
    public long beginAnew() {
        told.clear();
        return publisher.beginAnew();
    }

    /** Behind all that was sent in this session. */
    public long position() {
        return publisher.position();
    }

    /** Up to where the router has taken what was sent in this session. */
    public long takenPosition() {
        return publisher.takenPosition();
    }

    /**
     * Sends what means nothing, when nothing else is sent: a receiver tells how far it has read only each quarter of its
     * window.
     *
     * @see <a href="https://github.com/aeron-io/aeron/wiki/Flow-and-Congestion-Control">Aeron, flow control</a>
     */
    public void pushThrough() {
        int length = codec.filler();
        for (int i = 0; i < FILLERS && publisher.send(codec.buffer(), length); i++) {
            // As many as there is room for.
        }
    }

    public boolean isConnected() {
        return publisher.isConnected();
    }

    @Override
    public void close() {
        CloseHelper.close(publisher);
    }
}
