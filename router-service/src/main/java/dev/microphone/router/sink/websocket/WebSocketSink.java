package dev.microphone.router.sink.websocket;

import dev.microphone.router.http.HttpAnswer;
import dev.microphone.router.http.WebSocketEndpoint;
import dev.microphone.router.sink.OverflowPolicy;
import dev.microphone.router.sink.Sink;
import dev.microphone.router.sink.SinkContext;
import dev.microphone.router.sink.SinkKind;
import dev.microphone.router.stream.StreamState;
import dev.microphone.router.stream.Streams;
import dev.microphone.transport.frame.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Live listeners at {@code /ws/streams/{name}}.
 *
 * <p>A frame is encoded once, on the sink's thread, and only when somebody listens to its stream; each network thread
 * then hands the same bytes to its listeners. Live audio is never late on purpose: where a listener or a network thread
 * does not keep up, frames are dropped and counted.
 */
// A write or close that fails ends in the channel\'s closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class WebSocketSink implements Sink, WebSocketEndpoint {
    public static final SinkKind KIND = new SinkKind("ws", "ws:", OverflowPolicy.DROP, (uri, context) -> {
        if (!uri.target().isEmpty()) {
            throw new IllegalArgumentException("sink '" + uri + "': nothing follows ws: (its port is --port)");
        }
        return new WebSocketSink(context);
    });

    static final String PATH = "/ws/streams/";
    /** Measured: 1,000 listeners take half a core. */
    static final int MAX_LISTENERS = 1_000;

    private final Streams streams;
    private final AtomicCounter listenerTooSlow;
    private final AtomicCounter networkBusy;
    private final AtomicCounter listenerCount;
    private final AtomicInteger listeners = new AtomicInteger();
    private final Map<EventLoop, Listeners> listenersByLoop = new ConcurrentHashMap<>();
    /** Replaced as a whole, so that {@link #wants} reads it without a lock. Guarded by this for changes. */
    private volatile LongHashSet listenedStreams = new LongHashSet();

    WebSocketSink(SinkContext context) {
        this.streams = context.streams();
        this.listenerTooSlow = context.dropped("listener_too_slow");
        this.networkBusy = context.dropped("network_busy");
        this.listenerCount = context.metrics().gauge("microphone_listeners", "stage", "router");
        context.http().webSocket(PATH, this);
    }

    @Override
    public boolean wants(long streamId) {
        return listenedStreams.contains(streamId);
    }

    @Override
    public void onFrame(Frame frame) {
        ByteBuf message = AudioMessage.encode(frame);
        try {
            for (Listeners group : listenersByLoop.values()) {
                group.deliver(frame.streamId(), message);
            }
        } finally {
            message.release();
        }
    }

    @Override
    public @Nullable HttpAnswer refusal(String name) {
        if (streams.find(name) == null) {
            return HttpAnswer.error(404, "there is no stream '" + name + "'; /api/streams lists those there are");
        }
        if (listeners.get() >= MAX_LISTENERS) {
            return HttpAnswer.error(503, MAX_LISTENERS + " listeners are connected, and no more are allowed");
        }
        return null;
    }

    @Override
    public void onOpen(Channel channel, String name) {
        StreamState stream = streams.find(name);
        if (stream == null || listeners.get() >= MAX_LISTENERS) {
            channel.close();
            return;
        }
        channel.writeAndFlush(AudioMessage.hello(name, stream.frameMillis()));
        Listeners group = listenersByLoop.computeIfAbsent(
                channel.eventLoop(), loop -> new Listeners(loop, listenerTooSlow, networkBusy));
        group.add(channel, stream);
        count(stream, 1);
        channel.closeFuture().addListener(closed -> {
            group.remove(channel, stream);
            count(stream, -1);
        });
    }

    private synchronized void count(StreamState stream, int change) {
        listenerCount.setRelease(listeners.addAndGet(change));
        int ofStream = stream.listeners().addAndGet(change);
        LongHashSet changed = new LongHashSet();
        changed.addAll(listenedStreams);
        if (ofStream > 0) {
            changed.add(stream.streamId());
        } else {
            changed.remove(stream.streamId());
        }
        listenedStreams = changed;
    }

    /** Nothing to do: frames are flushed as they are written. */
    @Override
    public void flush() {}

    @Override
    public void close() {
        listenersByLoop.values().forEach(Listeners::close);
    }
}
