package dev.microphone.router.http;

import dev.microphone.transport.service.MachineName;
import io.netty.util.NetUtil;
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

    private static final String MACHINE_NAME = MachineName.get();

    private SameOrigin() {}

    /**
     * Whether a server may answer a request for that Host: on loopback, loopback's names; otherwise also addresses, and
     * the machine's own name. Any other name may be a page's that was re-bound to this address.
     */
    static boolean isExpectedHost(@Nullable String host, boolean isOnLoopback) {
        if (host == null) {
            return false;
        }
        String lower = host.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        String name = colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
        return LOOPBACK_NAMES.contains(name) || (!isOnLoopback && (isAddress(name) || isThisMachine(name)));
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name)
                || (name.startsWith("[") && name.endsWith("]") && NetUtil.isValidIpV6Address(name));
    }

    private static boolean isThisMachine(String name) {
        String machine = MACHINE_NAME.toLowerCase(Locale.ROOT);
        return !machine.isEmpty() && (name.equals(machine) || name.equals(machine + ".local"));
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
