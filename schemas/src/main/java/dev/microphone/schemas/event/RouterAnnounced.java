package dev.microphone.schemas.event;

/**
 * A router takes processed frames from now on, or no more; each stream goes to one of them.
 *
 * @param endpoint where it takes frames, host:port
 * @param state {@link #UP} or {@link #DOWN}
 */
public record RouterAnnounced(String endpoint, String state) implements ControlEvent {
    public static final String UP = "up";
    public static final String DOWN = "down";

    @Override
    public String key() {
        return "router/" + endpoint;
    }
}
