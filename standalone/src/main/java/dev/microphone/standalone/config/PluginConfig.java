package dev.microphone.standalone.config;

import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.trust.TrustedKey;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's limits for each plugin of each stream, and where plugins may come from.
 *
 * @param deadline for one frame, after which the plugin is stopped and the frame passes unprocessed
 * @param memoryMebibytes the most a plugin may have
 * @param totalMemoryMebibytes the most that all plugins may have together; 0 for half of the heap
 * @param nestedCalls of functions that may call themselves
 * @param faultLimit faults within the window after which a plugin is replaced by pass-through
 * @param failingStreamsLimit streams on which a version times out within its window, after which it is replaced by
 *     pass-through on all of them
 * @param directory of plugins by name, watched for changes; null for none
 * @param trustedKeys whose signatures count
 * @param requireSignature whether a plugin without one is refused
 */
public record PluginConfig(
        Duration deadline,
        int memoryMebibytes,
        int totalMemoryMebibytes,
        int nestedCalls,
        int faultLimit,
        Duration faultWindow,
        int failingStreamsLimit,
        Duration failingStreamsWindow,
        @Nullable Path directory,
        List<TrustedKey> trustedKeys,
        boolean requireSignature) {
    private static final int BYTES_PER_MEBIBYTE = 1 << 20;

    public PluginConfig {
        trustedKeys = List.copyOf(trustedKeys);
    }

    static PluginConfig defaults() {
        PluginLimits limits = PluginLimits.defaults();
        FaultPolicy policy = FaultPolicy.DEFAULT;
        return new PluginConfig(
                Duration.ofNanos(limits.frameBudgetNs()),
                Math.toIntExact(limits.memoryBytes() / BYTES_PER_MEBIBYTE),
                0,
                limits.nestedCalls(),
                policy.maxFaults(),
                Duration.ofNanos(policy.windowNs()),
                policy.maxFailingStreams(),
                Duration.ofNanos(policy.failingStreamsWindowNs()),
                null,
                List.of(),
                false);
    }

    public PluginLimits limits() {
        return PluginLimits.defaults()
                .withFrameBudgetNs(deadline.toNanos())
                .withMemoryBytes((long) memoryMebibytes * BYTES_PER_MEBIBYTE)
                .withNestedCalls(nestedCalls);
    }

    /** A new account: for one processor. */
    public PluginMemory totalMemory() {
        return PluginMemory.of(totalMemoryBytes());
    }

    /** 0: half of the heap. */
    public long totalMemoryBytes() {
        return (long) totalMemoryMebibytes * BYTES_PER_MEBIBYTE;
    }

    public FaultPolicy faultPolicy() {
        return new FaultPolicy(faultLimit, faultWindow.toNanos(), failingStreamsLimit, failingStreamsWindow.toNanos());
    }

    public PluginTrust trust() {
        return new PluginTrust(trustedKeys, requireSignature);
    }
}
