package dev.microphone.schemas.event;

/**
 * A router takes processed frames from now on, or no more; each stream goes to one of them.
 *
 * @param endpoint where it takes frames, host:port
 * @param state {@link Announcement#UP} or {@link Announcement#DOWN}
 * @param timeToLiveMs for how long it holds when it is not told again; 0: it is told only once
 */
public record RouterAnnounced(String endpoint, String state, int timeToLiveMs) implements Announcement {
    /** Told once. */
    public RouterAnnounced(String endpoint, String state) {
        this(endpoint, state, 0);
    }

    @Override
    public String key() {
        return "router/" + endpoint;
    }

    @Override
    public String nodeKey() {
        return key();
    }

    @Override
    public RouterAnnounced withTimeToLiveMs(int newTimeToLiveMs) {
        return new RouterAnnounced(endpoint, state, newTimeToLiveMs);
    }

    @Override
    public RouterAnnounced down() {
        return new RouterAnnounced(endpoint, DOWN);
    }
}
