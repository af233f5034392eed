package dev.microphone.standalone.config;

import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.wasm.PluginLimits;
import java.time.Duration;

/**
 * The sandbox's limits for each plugin of each stream.
 *
 * @param deadline for one frame, after which the plugin is stopped and the frame passes unprocessed
 * @param memoryMebibytes the most a plugin may have
 * @param faultLimit faults within the window after which a plugin is replaced by pass-through
 */
public record PluginConfig(Duration deadline, int memoryMebibytes, int faultLimit, Duration faultWindow) {
    private static final int BYTES_PER_MEBIBYTE = 1 << 20;

    static PluginConfig defaults() {
        PluginLimits limits = PluginLimits.defaults();
        FaultPolicy policy = FaultPolicy.DEFAULT;
        return new PluginConfig(
                Duration.ofNanos(limits.frameBudgetNs()),
                Math.toIntExact(limits.memoryBytes() / BYTES_PER_MEBIBYTE),
                policy.maxFaults(),
                Duration.ofNanos(policy.windowNs()));
    }

    public long memoryBytes() {
        return (long) memoryMebibytes * BYTES_PER_MEBIBYTE;
    }
}
