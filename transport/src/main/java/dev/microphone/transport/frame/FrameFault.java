package dev.microphone.transport.frame;

/** Why bytes from outside are not a frame. Such bytes are counted under this name and skipped. */
public enum FrameFault {
    NONE,
    /** Shorter than the header, or than the header says. */
    TRUNCATED,
    /** Longer than the header says. */
    TRAILING_BYTES,
    /** Another schema, template or block length. */
    NOT_A_FRAME,
    /** A version this build does not read. */
    UNSUPPORTED_VERSION,
    /** Samples per channel other than 240, 480 or 960. */
    FRAME_DURATION,
    /** A sequence of 2^63 or more: no stream gets there in a billion years. */
    SEQUENCE_RANGE,
    /** The checksum over header and payload does not match. */
    CHECKSUM;

    /** The label value that counters carry. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
