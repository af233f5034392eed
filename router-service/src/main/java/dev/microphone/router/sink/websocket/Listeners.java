package dev.microphone.router.sink.websocket;

import dev.microphone.router.stream.StreamState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.status.AtomicCounter;

/** The listeners of one network thread, which owns them. */
// A write or close that fails ends in the channel\'s closing, which its close future tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Listeners {
    /** 20 ms frames of 50 streams in 100 ms: a network thread that is further behind has stalled. */
    private static final int MAX_MESSAGES_IN_FLIGHT = 256;

    private final EventLoop eventLoop;
    private final AtomicCounter tooSlow;
    private final AtomicCounter networkBusy;
    private final AtomicInteger messagesInFlight = new AtomicInteger();
    private final Long2ObjectHashMap<List<Listener>> byStream = new Long2ObjectHashMap<>();

    private record Listener(Channel channel, StreamState stream) {}

    Listeners(EventLoop eventLoop, AtomicCounter tooSlow, AtomicCounter networkBusy) {
        this.eventLoop = eventLoop;
        this.tooSlow = tooSlow;
        this.networkBusy = networkBusy;
    }

    /** Network thread. */
    void add(Channel channel, StreamState stream) {
        byStream.computeIfAbsent(stream.streamId(), id -> new ArrayList<>()).add(new Listener(channel, stream));
    }

    /** Network thread. */
    void remove(Channel channel, StreamState stream) {
        List<Listener> listeners = byStream.get(stream.streamId());
        if (listeners != null) {
            listeners.removeIf(listener -> listener.channel().equals(channel));
            if (listeners.isEmpty()) {
                byStream.remove(stream.streamId());
            }
        }
    }

    /** Hands a message to the stream's listeners; the caller keeps its own hold of the message. Sink's thread. */
    void deliver(long streamId, ByteBuf message) {
        if (messagesInFlight.get() >= MAX_MESSAGES_IN_FLIGHT) {
            networkBusy.increment();
            return;
        }
        messagesInFlight.incrementAndGet();
        message.retain();
        try {
            eventLoop.execute(() -> send(streamId, message));
        } catch (RejectedExecutionException e) {
            // The server is closing.
            messagesInFlight.decrementAndGet();
            message.release();
        }
    }

    private void send(long streamId, ByteBuf message) {
        try {
            List<Listener> listeners = byStream.get(streamId);
            if (listeners == null) {
                return;
            }
            for (Listener listener : listeners) {
                Channel channel = listener.channel();
                if (channel.isWritable()) {
                    channel.writeAndFlush(message.retainedDuplicate(), channel.voidPromise());
                } else {
                    tooSlow.increment();
                    listener.stream().listenerDrops().increment();
                }
            }
        } finally {
            message.release();
            messagesInFlight.decrementAndGet();
        }
    }

    /** Says goodbye to all. Any thread. */
    void close() {
        try {
            eventLoop.execute(() -> byStream.values()
                    .forEach(listeners -> listeners.forEach(listener -> listener.channel()
                            .writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE)))));
        } catch (RejectedExecutionException e) {
            // The server has closed already, and the connections with it.
        }
    }
}
