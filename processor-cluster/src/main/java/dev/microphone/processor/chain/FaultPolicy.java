package dev.microphone.processor.chain;

import java.io.Serializable;

/**
 * When a plugin that keeps failing on a stream is left out.
 *
 * @param maxFaults that many within the window, and the plugin is replaced by pass-through until someone acts
 * @param windowNs how long a fault counts
 */
public record FaultPolicy(int maxFaults, long windowNs) implements Serializable {
    /** 5 in 60 s: a rare trap heals, a plugin that fails on every frame is out within a fifth of a second. */
    public static final FaultPolicy DEFAULT = new FaultPolicy(5, 60_000_000_000L);

    public FaultPolicy {
        if (maxFaults < 1 || windowNs <= 0) {
            throw new IllegalArgumentException(maxFaults + " faults in " + windowNs + " ns: both must be above 0");
        }
    }
}
