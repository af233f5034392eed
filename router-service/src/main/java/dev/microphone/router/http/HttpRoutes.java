package dev.microphone.router.http;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which endpoint answers which path. Register before or while the server runs. Any thread. */
public final class HttpRoutes {
    private final Map<String, HttpEndpoint> endpoints = new ConcurrentHashMap<>();
    private final Map<String, WebSocketEndpoint> webSockets = new ConcurrentHashMap<>();
    private final Map<String, ActionRoute> actions = new ConcurrentHashMap<>();

    /** A WebSocket endpoint, and the part of the path that it is asked for. */
    record WebSocketMatch(WebSocketEndpoint endpoint, String name) {}

    /** An action, and the part of the path that it is asked for. */
    record ActionMatch(HttpAction action, String name, int maxBodyLength) {}

    private record ActionRoute(String method, String prefix, String suffix, int maxBodyLength, HttpAction action) {
        boolean matches(String path) {
            return path.length() > prefix.length() + suffix.length()
                    && path.startsWith(prefix)
                    && path.endsWith(suffix);
        }

        String nameIn(String path) {
            return path.substring(prefix.length(), path.length() - suffix.length());
        }
    }

    /** @throws IllegalStateException when the path is taken */
    public void get(String path, HttpEndpoint endpoint) {
        if (endpoints.putIfAbsent(path, endpoint) != null) {
            throw new IllegalStateException("two endpoints at " + path);
        }
    }

    /**
     * Lets clients change something; who may, {@link HttpAccess} says. Of several patterns that fit a path, the longest
     * holds.
     *
     * @param method other than GET and HEAD
     * @param pattern a path with one star for a name, which may have slashes, such as {@code /api/plugins/*}
     * @param maxBodyLength bytes; a longer body is refused before it is read
     * @throws IllegalStateException when method and pattern are taken
     */
    public void action(String method, String pattern, int maxBodyLength, HttpAction action) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            throw new IllegalArgumentException("pattern " + pattern + " has no star");
        }
        ActionRoute route =
                new ActionRoute(method, pattern.substring(0, star), pattern.substring(star + 1), maxBodyLength, action);
        if (actions.putIfAbsent(method + " " + pattern, route) != null) {
            throw new IllegalStateException("two actions for " + method + " " + pattern);
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
    ActionMatch action(String method, String path) {
        ActionRoute best = null;
        for (ActionRoute route : actions.values()) {
            if (route.method.equals(method) && route.matches(path) && (best == null || isCloser(route, best))) {
                best = route;
            }
        }
        return best == null ? null : new ActionMatch(best.action, best.nameIn(path), best.maxBodyLength);
    }

    private static boolean isCloser(ActionRoute route, ActionRoute other) {
        return route.prefix.length() + route.suffix.length() > other.prefix.length() + other.suffix.length();
    }

    /** In alphabetical order; empty when there is nothing at the path. */
    Set<String> methods(String path) {
        Set<String> methods = new TreeSet<>();
        if (endpoints.containsKey(path)) {
            methods.add("GET");
            methods.add("HEAD");
        }
        actions.values().stream().filter(route -> route.matches(path)).forEach(route -> methods.add(route.method));
        return methods;
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
