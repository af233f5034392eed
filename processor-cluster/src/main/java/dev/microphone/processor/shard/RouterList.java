package dev.microphone.processor.shard;

import dev.microphone.schemas.event.RouterAnnounced;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The routers that there are, as host:port: a fixed list, or those that announce themselves. Any thread. */
public final class RouterList {
    private final TreeSet<String> known;
    private volatile Known current;

    /** The routers at one time; a higher version is newer. */
    record Known(int version, List<String> endpoints) {}

    public RouterList(Collection<String> fixed) {
        known = new TreeSet<>(fixed);
        current = new Known(0, List.copyOf(known));
    }

    /** Takes in an announcement, in the order in which they came. */
    public synchronized void onAnnounced(RouterAnnounced announced) {
        if (announced.state().equals(RouterAnnounced.DOWN)) {
            known.remove(announced.endpoint());
        } else {
            known.add(announced.endpoint());
        }
        current = new Known(current.version() + 1, List.copyOf(known));
    }

    /** In alphabetical order. */
    public List<String> endpoints() {
        return current.endpoints();
    }

    Known current() {
        return current;
    }
}
