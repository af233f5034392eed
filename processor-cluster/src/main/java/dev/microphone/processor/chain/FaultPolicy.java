package dev.microphone.processor.chain;

import java.io.Serializable;

/**
 * When a plugin that keeps failing is left out: of one stream, or of all.
 *
 * @param maxFaults that many on a stream within the window, and the plugin is replaced by pass-through there until someone
 *     acts
 * @param windowNs how long a fault counts
 * @param maxFailingStreams so many on which a version of the plugin times out within their window, and it is replaced by
 *     pass-through on all streams until someone acts
 * @param failingStreamsWindowNs how long a stream counts after its last time-out
 */
public record FaultPolicy(int maxFaults, long windowNs, int maxFailingStreams, long failingStreamsWindowNs)
        implements Serializable {
    /**
     * 5 in 60 s: a rare trap heals, a plugin that fails on every frame is out within a fifth of a second. 5 streams
     * within 10 s: a plugin that begins to hang on all of them stalls a thread 5 times, and not 5 times a stream; one
     * that hangs on what a few streams hear is left out there alone.
     */
    public static final FaultPolicy DEFAULT = new FaultPolicy(5, 60_000_000_000L, 5, 10_000_000_000L);

    public FaultPolicy {
        if (maxFaults < 1 || windowNs <= 0) {
            throw new IllegalArgumentException(maxFaults + " faults in " + windowNs + " ns: both must be above 0");
        }
        if (maxFailingStreams < 1 || failingStreamsWindowNs <= 0) {
            throw new IllegalArgumentException(
                    maxFailingStreams + " failing streams in " + failingStreamsWindowNs + " ns: both must be above 0");
        }
    }

    /** With the default for a version that times out on several streams. */
    public FaultPolicy(int maxFaults, long windowNs) {
        this(maxFaults, windowNs, DEFAULT.maxFailingStreams, DEFAULT.failingStreamsWindowNs);
    }
}
