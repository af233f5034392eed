package dev.microphone.schemas.event;

/**
 * A node says that it is there, or that it ends. As an event it is told once and becomes history; as an announcement ({@link
 * dev.microphone.schemas.bus.ControlBus#announce}) it is told again and again, so that whoever comes late knows who is
 * there, and who has died is missed.
 */
public sealed interface Announcement extends ControlEvent permits RouterAnnounced, ShardAnnounced {
    String UP = "up";
    /** Told at an orderly end; a process that dies says nothing. */
    String DOWN = "down";

    /** Where the node is, host:port. */
    String endpoint();

    /** {@link #UP} or {@link #DOWN}; words may become more. */
    String state();

    /** For how long it holds when it is not told again; 0: it is told only once. */
    int timeToLiveMs();

    /** What it replaces the former announcement of: one node at one place. */
    String nodeKey();

    /** The same, told again before that time is over. */
    Announcement withTimeToLiveMs(int newTimeToLiveMs);

    /** That the same node ends. */
    Announcement down();

    default boolean isDown() {
        return state().equals(DOWN);
    }
}
