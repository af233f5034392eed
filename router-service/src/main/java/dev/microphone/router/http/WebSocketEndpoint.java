package dev.microphone.router.http;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Serves WebSocket connections below one path. Called on network threads: must not block. */
public interface WebSocketEndpoint {
    /**
     * @param name the path behind the registered prefix, decoded
     * @return why there will be no connection, or null to accept it
     */
    @Nullable
    HttpAnswer refusal(String name);

    /** The connection is open. What the client sends, but for pings and closes, is ignored. */
    void onOpen(Channel channel, String name);
}
