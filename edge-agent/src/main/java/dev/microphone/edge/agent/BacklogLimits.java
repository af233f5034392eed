package dev.microphone.edge.agent;

import dev.microphone.transport.frame.Frame;

/**
 * How much an agent keeps while the next stage has no room.
 *
 * @param streamMillis of sound of one live stream; what is older is dropped
 * @param agentBytes for all live streams of the agent together
 */
public record BacklogLimits(int streamMillis, long agentBytes) {
    /** Rides out a restart of the processor (about 4 s with warm-up). */
    private static final int DEFAULT_STREAM_MILLIS = 5_000;
    /** 1.6 min of one stream, or the 5 s of 16 streams; a Raspberry Pi has that to spare. */
    private static final long DEFAULT_AGENT_BYTES = 16 * 1024 * 1024;

    /** Less could not hold what a source's end flushes out at once. */
    private static final int MIN_STREAM_MILLIS = 200;

    public BacklogLimits {
        if (streamMillis < MIN_STREAM_MILLIS) {
            throw new IllegalArgumentException(
                    "backlog of " + streamMillis + " ms a stream: allowed are at least " + MIN_STREAM_MILLIS + " ms");
        }
        if (agentBytes < Frame.MAX_LENGTH || agentBytes / Frame.MAX_LENGTH > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "backlog of " + agentBytes + " bytes: allowed are at least " + Frame.MAX_LENGTH + ", one frame");
        }
    }

    public static BacklogLimits defaults() {
        return new BacklogLimits(DEFAULT_STREAM_MILLIS, DEFAULT_AGENT_BYTES);
    }

    int agentFrames() {
        return (int) (agentBytes / Frame.MAX_LENGTH);
    }

    int streamFrames(int frameMillis) {
        return streamMillis / frameMillis;
    }
}
