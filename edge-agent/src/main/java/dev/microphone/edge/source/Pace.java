package dev.microphone.edge.source;

import java.util.Map;

/** How fast a source that could go at any speed delivers. */
enum Pace {
    /** As fast as it is read. */
    FAST,
    /** As time passes; when the reader was held up, what it missed comes at once and nothing is lost. */
    REALTIME,
    /** As time passes, and like a microphone it does not wait: a reader that is held up must drop. */
    LIVE;

    private static final Map<String, Pace> BY_NAME = Map.of("fast", FAST, "realtime", REALTIME, "live", LIVE);

    static Pace option(SourceOptions options) {
        // Real time, because a stream's listeners hear it as it comes; batch work opens files directly.
        return options.choice("pace", REALTIME, BY_NAME);
    }

    AudioSource apply(AudioSource source) {
        return this == FAST ? source : PacedSource.realTime(source, this == LIVE);
    }
}
