package dev.microphone.processor.shard;

import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.transport.link.NodeEndpoint;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The routers that there are, as host:port: a fixed list, or those that announce themselves. Any thread. */
public final class RouterList {
    private final TreeSet<String> known;
    private final TreeSet<String> silent = new TreeSet<>();
    private volatile Known current;

    /**
     * The routers at one time; a higher version is newer.
     *
     * @param silent that say nothing more on the bus: gone, unless whoever is connected to one knows better
     */
    record Known(int version, List<String> endpoints, List<String> silent) {}

    public RouterList(Collection<String> fixed) {
        known = new TreeSet<>(fixed);
        current = new Known(0, List.copyOf(known), List.of());
    }

    /**
     * Takes in an announcement, in the order in which they came.
     *
     * @return false when its endpoint is none: nothing changes
     */
    synchronized boolean onAnnounced(RouterAnnounced announced) {
        if (hostOf(announced.endpoint()) == null) {
            return false;
        }
        silent.remove(announced.endpoint());
        if (announced.isDown()) {
            known.remove(announced.endpoint());
        } else {
            known.add(announced.endpoint());
        }
        change();
        return true;
    }

    /** Of host:port; null when it is something else. */
    static @Nullable String hostOf(String endpoint) {
        // Nothing is sent back to whoever sends to a router.
        if (endpoint.contains("/")) {
            return null;
        }
        try {
            return NodeEndpoint.parse(endpoint).host();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A router has not said for its time to live that it is there. */
    synchronized void onSilent(RouterAnnounced last) {
        if (known.remove(last.endpoint())) {
            silent.add(last.endpoint());
            change();
        }
    }

    private void change() {
        current = new Known(current.version() + 1, List.copyOf(known), List.copyOf(silent));
    }

    /** In alphabetical order. */
    public List<String> endpoints() {
        return current.endpoints();
    }

    Known current() {
        return current;
    }
}
