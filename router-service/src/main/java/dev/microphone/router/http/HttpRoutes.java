package dev.microphone.router.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which endpoint answers which path. Register before or while the server runs. Any thread. */
public final class HttpRoutes {
    private final Map<String, HttpEndpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<String, WebSocketEndpoint> webSockets = new ConcurrentHashMap<>();

    /** A WebSocket endpoint, and the part of the path that it is asked for. */
    record WebSocketMatch(WebSocketEndpoint endpoint, String name) {}

    /** @throws IllegalStateException when the path is taken */
    public void get(String path, HttpEndpoint endpoint) {
        if (endpoints.putIfAbsent(path, endpoint) != null) {
            throw new IllegalStateException("two endpoints at " + path);
        }
    }

    /**
     * @param prefix ends with a slash; what follows it is the name
     * @throws IllegalStateException when the prefix is taken
     */
    public void webSocket(String prefix, WebSocketEndpoint endpoint) {
        if (webSockets.putIfAbsent(prefix, endpoint) != null) {
            throw new IllegalStateException("two WebSocket endpoints at " + prefix);
        }
    }

    @Nullable
    HttpEndpoint endpoint(String path) {
        return endpoints.get(path);
    }

    @Nullable
    WebSocketMatch webSocket(String path) {
        for (Map.Entry<String, WebSocketEndpoint> entry :
                new TreeMap<>(webSockets).descendingMap().entrySet()) {
            if (path.startsWith(entry.getKey())) {
                return new WebSocketMatch(
                        entry.getValue(), path.substring(entry.getKey().length()));
            }
        }
        return null;
    }
}
