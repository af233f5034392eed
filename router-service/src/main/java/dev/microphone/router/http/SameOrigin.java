package dev.microphone.router.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages from elsewhere away from a microphone on this machine.
 *
 * <p>A browser lets any page open a WebSocket to loopback, so the Origin must be ours. And a page whose own host name was
 * re-bound to 127.0.0.1 is of the same origin, so a server that listens on loopback answers to loopback names only.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-10.2">RFC 6455, section 10.2</a>
 */
final class SameOrigin {
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private SameOrigin() {}

    /** Whether a server on loopback may answer a request for that Host. */
    static boolean isLoopbackName(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        String name = colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
        return LOOPBACK_NAMES.contains(name);
    }

    /** Whether a page of that Origin may open a WebSocket; a client without one is no page. */
    static boolean isAllowed(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        return host != null
                && (origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host));
    }
}
