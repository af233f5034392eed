package dev.microphone.transport.link;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a node takes frames and hellos, and where an agent asks for its answers: {@code host:port/responsePort}. Both are
 * opened by the agent, so that it may sit behind a NAT. Without a response port it is the one behind {@code port}.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 */
public record NodeEndpoint(String host, int port, int responsePort) {
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):(\\d{1,5})(?:/(\\d{1,5}))?");

    public NodeEndpoint {
        checkPort(port);
        checkPort(responsePort);
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + ": allowed are 1 to 65535");
        }
    }

    /** @throws IllegalArgumentException with what was found and what is allowed */
    public static NodeEndpoint parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "node '" + text + "': must be host:port or host:port/responsePort, such as 10.0.0.7:40100");
        }
        int port = Integer.parseInt(matcher.group(2));
        int responsePort = matcher.group(3) == null ? port + 1 : Integer.parseInt(matcher.group(3));
        return new NodeEndpoint(matcher.group(1), port, responsePort);
    }

    /** Whether it is another port of that node, or the same. */
    public boolean isSameNode(NodeEndpoint other) {
        return responsePort == other.responsePort && host.equals(other.host);
    }

    @Override
    public String toString() {
        return host + ":" + port + "/" + responsePort;
    }
}
