package dev.microphone.processor.event;

import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.event.Announcement;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.ControlMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Says of this process's nodes that they are there, again and again until they end: whoever starts later has to learn of
 * them, and whoever hears nothing more has to miss them. That one begins or ends is an event as well, told once.
 *
 * <p>{@link #up} and {@link #down} are for any thread; repeated by the agent's.
 */
public final class Announcer implements Agent {
    /** How often an idle agent looks at its clock. */
    public static final long IDLE_MS = 100;

    /** So many intervals without a word and a node is taken as gone: a broker that is restarted makes it miss one or two. */
    static final int INTERVALS_TO_LIVE = 6;

    private final String node;
    private final BiConsumer<String, ControlMessage> announcements;
    private final ControlEventListener events;
    private final int timeToLiveMs;
    private final long intervalNs;
    private final NanoClock clock;
    private final EpochNanoClock time;
    /** By node. Guarded by this. */
    private final Map<String, Announcement> present = new LinkedHashMap<>();

    private long nextNs;

    /**
     * @param node this process's name
     * @param announcements takes what is said, by node: {@link dev.microphone.schemas.bus.ControlBus#announce}
     * @param events told once of each beginning and end
     * @param kafka says the interval; null: the usual one
     * @param time ns since the Unix epoch
     */
    public Announcer(
            String node,
            BiConsumer<String, ControlMessage> announcements,
            ControlEventListener events,
            @Nullable KafkaBusSettings kafka,
            NanoClock clock,
            EpochNanoClock time) {
        int intervalMs = kafka == null ? KafkaBusSettings.DEFAULT_ANNOUNCE_INTERVAL_MS : kafka.announceIntervalMs();
        this.node = node;
        this.announcements = announcements;
        this.events = events;
        this.timeToLiveMs = intervalMs * INTERVALS_TO_LIVE;
        this.intervalNs = TimeUnit.MILLISECONDS.toNanos(intervalMs);
        this.clock = clock;
        this.time = time;
        this.nextNs = clock.nanoTime() + intervalNs;
    }

    /** A node begins. */
    public synchronized void up(Announcement announcement) {
        Announcement told = announcement.withTimeToLiveMs(timeToLiveMs);
        events.onEvent(announcement);
        present.put(told.nodeKey(), told);
        announce(told);
    }

    /** And ends. */
    public synchronized void down(Announcement announcement) {
        Announcement told = announcement.down();
        events.onEvent(told);
        present.remove(told.nodeKey());
        announce(told);
    }

    /**
     * Says that nothing is at that place, which is no event. The first word of a process takes it ten times as long as the
     * next: 0.3 s, and over a second on busy cores, in which nobody would know of a shard that has begun.
     */
    public synchronized void nothingAt(Announcement place) {
        announce(place.down());
    }

    private void announce(Announcement told) {
        announcements.accept(told.nodeKey(), new ControlMessage(time.nanoTime(), node, told));
    }

    @Override
    public synchronized int doWork() {
        long nowNs = clock.nanoTime();
        if (nowNs - nextNs < 0) {
            return 0;
        }
        nextNs = nowNs + intervalNs;
        present.values().forEach(this::announce);
        return present.size();
    }

    @Override
    public String roleName() {
        return "announcer";
    }
}
