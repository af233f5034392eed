package dev.microphone.processor.shard;

import dev.microphone.schemas.event.Announcement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes say again and again that they are there, and which have been silent for longer than their time to live. For
 * the thread that reads the bus.
 *
 * <p>Times are when this process hears of something, so that nobody's clock matters. And they pass only while somebody is
 * heard: of a longer silence of all a third of the shortest time to live counts, as the bus is away then, not everybody.
 */
final class Presence {
    /** A shorter one would take every pause of a collector for a death. */
    static final int MIN_TIME_TO_LIVE_MS = 1_000;

    /** A longer one is a mistake. */
    static final int MAX_TIME_TO_LIVE_MS = 86_400_000;

    private record Heard(Announcement announcement, long heardNs) {}

    private final Map<String, Heard> nodes = new HashMap<>();
    private boolean hasHeard;
    private long lastNs;
    /** For how long somebody has been heard. */
    private long passedNs;

    /** Whether it says something about time that can be worked with. */
    static boolean makesSense(Announcement announcement) {
        return announcement.isDown()
                || (announcement.timeToLiveMs() >= MIN_TIME_TO_LIVE_MS
                        && announcement.timeToLiveMs() <= MAX_TIME_TO_LIVE_MS);
    }

    /**
     * Takes in what a node says.
     *
     * @param nowNs monotonic
     * @return what it said before; null when it is new
     */
    @Nullable
    Announcement onAnnounced(Announcement announcement, long nowNs) {
        if (hasHeard) {
            passedNs += Math.min(nowNs - lastNs, shortestTimeToLiveNs() / 3);
        }
        hasHeard = true;
        lastNs = nowNs;
        Heard before = announcement.isDown()
                ? nodes.remove(announcement.nodeKey())
                : nodes.put(announcement.nodeKey(), new Heard(announcement, passedNs));
        return before == null ? null : before.announcement();
    }

    /** What that node said last was of no use. */
    void forget(Announcement announcement) {
        nodes.remove(announcement.nodeKey());
    }

    private long shortestTimeToLiveNs() {
        long shortestNs = TimeUnit.MILLISECONDS.toNanos(MAX_TIME_TO_LIVE_MS);
        for (Heard node : nodes.values()) {
            shortestNs = Math.min(shortestNs, timeToLiveNs(node));
        }
        return shortestNs;
    }

    private static long timeToLiveNs(Heard node) {
        return TimeUnit.MILLISECONDS.toNanos(node.announcement().timeToLiveMs());
    }

    /** Forgets those that have been silent for too long, and says which. */
    List<Announcement> removeSilent() {
        List<Announcement> silent = new ArrayList<>();
        Iterator<Heard> each = nodes.values().iterator();
        while (each.hasNext()) {
            Heard node = each.next();
            if (passedNs - node.heardNs() >= timeToLiveNs(node)) {
                silent.add(node.announcement());
                each.remove();
            }
        }
        return silent;
    }
}
