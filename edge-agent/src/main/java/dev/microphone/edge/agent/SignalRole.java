package dev.microphone.edge.agent;

import dev.microphone.transport.frame.FrameFlags;

/** What a source is to its stream. */
enum SignalRole {
    /** The stream itself. */
    NEAR_END("", 0),
    /** What the loudspeaker plays, for echo cancellation: it belongs to the stream but has a sequence of its own. */
    FAR_END("_reference", FrameFlags.REFERENCE);

    private final String stageSuffix;
    private final int flags;

    SignalRole(String stageSuffix, int flags) {
        this.stageSuffix = stageSuffix;
        this.flags = flags;
    }

    /** The label by which the counters of both are told apart. */
    String stage(String stage) {
        return stage + stageSuffix;
    }

    /** Set in each of its frames. */
    int flags() {
        return flags;
    }
}
