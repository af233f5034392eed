package dev.microphone.schemas.event;

/**
 * A part of the streams is processed here from now on, or no more: those whose key group is in the range.
 *
 * @param endpoint where agents say hello, host:port
 * @param firstKeyGroup first key group of the range, from 0
 * @param lastKeyGroup last one, inclusive
 * @param maxParallelism number of key groups that there are; the same everywhere, for good
 * @param attempt of the job's runs of this part, from 0: of two announcements of a range the higher attempt counts
 * @param framePorts how many UDP ports for frames there are, from the second behind the endpoint's on
 * @param state {@link Announcement#UP} or {@link Announcement#DOWN}
 * @param timeToLiveMs for how long it holds when it is not told again; 0: it is told only once
 */
public record ShardAnnounced(
        String endpoint,
        int firstKeyGroup,
        int lastKeyGroup,
        int maxParallelism,
        int attempt,
        int framePorts,
        String state,
        int timeToLiveMs)
        implements Announcement {
    /** Told once. */
    public ShardAnnounced(
            String endpoint,
            int firstKeyGroup,
            int lastKeyGroup,
            int maxParallelism,
            int attempt,
            int framePorts,
            String state) {
        this(endpoint, firstKeyGroup, lastKeyGroup, maxParallelism, attempt, framePorts, state, 0);
    }

    @Override
    public String key() {
        return "shard/" + firstKeyGroup + "-" + lastKeyGroup;
    }

    /** By its place: of two that claim the same range, each speaks for itself. */
    @Override
    public String nodeKey() {
        return "shard/" + endpoint;
    }

    @Override
    public ShardAnnounced withTimeToLiveMs(int newTimeToLiveMs) {
        return with(state, newTimeToLiveMs);
    }

    @Override
    public ShardAnnounced down() {
        return with(DOWN, 0);
    }

    private ShardAnnounced with(String newState, int newTimeToLiveMs) {
        return new ShardAnnounced(
                endpoint, firstKeyGroup, lastKeyGroup, maxParallelism, attempt, framePorts, newState, newTimeToLiveMs);
    }
}
