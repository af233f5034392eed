package dev.microphone.edge.dsp;

/** Takes what the normaliser makes, one frame a call. */
@FunctionalInterface
public interface CanonicalFrameHandler {
    /**
     * Takes one frame of canonical audio.
     *
     * @param s16le holds the frame; it belongs to the normaliser and changes after the call
     * @param offset of the first byte
     * @param lengthBytes of the frame, always one whole frame
     * @param flags {@code DUAL_MONO} and {@code DIGITAL_SILENCE} of {@link
     *     dev.microphone.transport.frame.FrameFlags}
     * @param captureTimeNs nanoseconds since the Unix epoch at which the first sample was captured; every delay of the
     *     normaliser is already taken off
     */
    void onAudio(byte[] s16le, int offset, int lengthBytes, int flags, long captureTimeNs);
}
