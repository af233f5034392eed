package dev.microphone.transport.frame;

/** Bits of a frame's {@code flags} field. Unknown bits are carried along untouched. */
public final class FrameFlags {
    /** Both channels are equal: a chain may process one and copy. */
    public static final int DUAL_MONO = 1;
    /** Every sample is zero. */
    public static final int DIGITAL_SILENCE = 1 << 1;
    /** Frames between this one and the one before it are missing. */
    public static final int GAP_BEFORE = 1 << 2;
    /** The samples were made up to bridge a loss. */
    public static final int CONCEALED = 1 << 3;
    /** Far-end signal for echo cancellation, not to be delivered. */
    public static final int REFERENCE = 1 << 4;
    /** The last frame of its epoch. */
    public static final int END_OF_STREAM = 1 << 5;

    private FrameFlags() {}
}
