package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;

/**
 * How much an agent keeps; what is older is dropped, and counted.
 *
 * @param streamSeconds of each stream
 * @param agentBytes of all streams together
 */
public record SpoolLimits(int streamSeconds, long agentBytes) {
    /** A link that is away for a coffee: 90 s of one stream are 18 MB. */
    private static final int DEFAULT_STREAM_SECONDS = 90;
    /** In memory, on a Raspberry Pi with 1 GB: 5 minutes of one stream, or 75 s of four. */
    private static final long DEFAULT_AGENT_BYTES = 64L << 20;

    public SpoolLimits {
        if (streamSeconds < 1 || streamSeconds > 86_400) {
            throw new IllegalArgumentException("spool of " + streamSeconds + " s a stream: allowed are 1 to 86400");
        }
        if (agentBytes < 16L * Frame.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "spool of " + agentBytes + " bytes: allowed are at least " + 16L * Frame.MAX_LENGTH);
        }
    }

    public static SpoolLimits defaults() {
        return new SpoolLimits(DEFAULT_STREAM_SECONDS, DEFAULT_AGENT_BYTES);
    }
}
