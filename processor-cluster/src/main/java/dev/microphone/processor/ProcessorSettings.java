package dev.microphone.processor;

import dev.microphone.processor.chain.FaultPolicy;

/**
 * Bounds of one processor.
 *
 * @param maxSessions streams at once; a frame of one more is dropped and counted
 * @param idleTimeoutNs a stream without frames for this long is forgotten
 * @param frameLimit handed over in one duty cycle
 * @param faultPolicy when a failing plugin is left out, unless the chain says otherwise for it
 */
public record ProcessorSettings(int maxSessions, long idleTimeoutNs, int frameLimit, FaultPolicy faultPolicy) {
    public ProcessorSettings {
        if (maxSessions < 1 || idleTimeoutNs <= 0 || frameLimit < 1) {
            throw new IllegalArgumentException("processor settings " + maxSessions + " sessions, idle time-out "
                    + idleTimeoutNs + " ns, " + frameLimit + " frames a cycle: each must be above 0");
        }
    }

    /**
     * 4,096 streams: more than cores can process. 60 s: longer than an agent's restart, so that its next epoch finds
     * the session. 16 frames: under a millisecond of pass-through between two looks at what is pending.
     */
    public static ProcessorSettings defaults() {
        return new ProcessorSettings(4_096, 60_000_000_000L, 16, FaultPolicy.DEFAULT);
    }
}
