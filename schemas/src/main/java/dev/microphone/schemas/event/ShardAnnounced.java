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
 * @param state {@link #UP} or {@link #DOWN}
 */
public record ShardAnnounced(
        String endpoint,
        int firstKeyGroup,
        int lastKeyGroup,
        int maxParallelism,
        int attempt,
        int framePorts,
        String state)
        implements ControlEvent {
    public static final String UP = "up";
    /** Told at an orderly end; a process that dies says nothing. */
    public static final String DOWN = "down";

    /** The same with another state. */
    public ShardAnnounced withState(String other) {
        return new ShardAnnounced(endpoint, firstKeyGroup, lastKeyGroup, maxParallelism, attempt, framePorts, other);
    }

    @Override
    public String key() {
        return "shard/" + firstKeyGroup + "-" + lastKeyGroup;
    }
}
