package dev.microphone.transport.frame;

/** How far a frame's capture time can be trusted. */
public enum ClockQuality {
    /** Nothing is known about the clock. */
    UNKNOWN(0),
    /** The host's clock, not known to be disciplined. */
    FREE_RUNNING(1),
    /** Disciplined by NTP: within milliseconds. */
    NTP(2),
    /** Disciplined by PTP: within microseconds. */
    PTP(3),
    /** A position in a file rather than a moment: exact to the sample, meaningless as wall time. */
    FILE_POSITION(4);

    private static final ClockQuality[] VALUES = values();

    private final short wireValue;

    ClockQuality(int wireValue) {
        this.wireValue = (short) wireValue;
    }

    short wireValue() {
        return wireValue;
    }

    static ClockQuality of(int wireValue) {
        for (ClockQuality quality : VALUES) {
            if (quality.wireValue == wireValue) {
                return quality;
            }
        }
        return UNKNOWN;
    }
}
