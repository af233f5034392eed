package dev.microphone.processor.wasm;

import java.io.Serializable;

/**
 * What one instance of a plugin may use.
 *
 * @param memoryBytes of linear memory, a multiple of 64 KiB
 * @param frameBudgetNs for one frame
 * @param warmUpFrameBudgetNs for one frame before the instance is live, when the JIT has not compiled it
 * @param nestedCalls of functions that may call themselves
 */
public record PluginLimits(long memoryBytes, long frameBudgetNs, long warmUpFrameBudgetNs, int nestedCalls)
        implements Serializable {
    private static final int PAGE_BYTES = 65_536;
    public static final long MAX_MEMORY_BYTES = 1L << 30;

    public PluginLimits {
        if (memoryBytes < PAGE_BYTES || memoryBytes > MAX_MEMORY_BYTES || memoryBytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException("plugin memory " + memoryBytes
                    + " bytes: allowed are multiples of 65536 up to " + MAX_MEMORY_BYTES);
        }
        if (frameBudgetNs <= 0 || warmUpFrameBudgetNs < frameBudgetNs) {
            throw new IllegalArgumentException("plugin time limits " + frameBudgetNs + " ns live, "
                    + warmUpFrameBudgetNs + " ns in warm-up: must be above 0, and the second at least the first");
        }
        if (nestedCalls < 1) {
            throw new IllegalArgumentException(nestedCalls + " nested calls: must be at least 1");
        }
    }

    /**
     * 16 MiB: fifty times what RNNoise takes. 5 ms of a frame's 20: four plugins fit. 5 s in warm-up: a frame in the
     * interpreter was seen to take 55 ms on an idle machine, and more than 1 s where seventeen programs shared two
     * processors. 512 nested calls: well inside a thread's stack of 512 KiB.
     */
    public static PluginLimits defaults() {
        return new PluginLimits(16L << 20, 5_000_000L, 5_000_000_000L, 512);
    }

    public PluginLimits withFrameBudgetNs(long budgetNs) {
        return new PluginLimits(memoryBytes, budgetNs, Math.max(budgetNs, warmUpFrameBudgetNs), nestedCalls);
    }

    public PluginLimits withMemoryBytes(long bytes) {
        return new PluginLimits(bytes, frameBudgetNs, warmUpFrameBudgetNs, nestedCalls);
    }

    public PluginLimits withNestedCalls(int calls) {
        return new PluginLimits(memoryBytes, frameBudgetNs, warmUpFrameBudgetNs, calls);
    }

    int memoryPages() {
        return (int) (memoryBytes / PAGE_BYTES);
    }
}
