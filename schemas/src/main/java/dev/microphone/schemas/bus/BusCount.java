package dev.microphone.schemas.bus;

import java.util.Locale;

/** What a control bus counts. */
public enum BusCount {
    /** Given to {@link ControlBus#publish}, {@link ControlBus#announce} or the desired state. */
    PUBLISHED,
    /** Kept by the broker, which has said so. */
    SENT,
    /** Lost because too much waited: the broker is away for long, or too slow. */
    DROPPED,
    /** An announcement that waited when the same node said something newer, which goes in its place. */
    SUPERSEDED,
    /** Lost because the bus was closed before the broker took it. */
    DROPPED_AT_CLOSE,
    /** Lost because it is longer than a record may be, or the broker does not take it. */
    REFUSED,
    /** Sent again, after the connection had to be given up; the broker may have it twice. */
    SENT_AGAIN,
    /** Given to a subscriber. */
    DELIVERED,
    /** A record that was skipped: its schema is not known here. */
    UNKNOWN_SCHEMA,
    /** A record that was skipped: it is damaged, or none of ours. */
    BROKEN,
    /** Not seen by a subscriber that was too slow: it was not kept so long. */
    MISSED;

    /** The label value that counters carry. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
