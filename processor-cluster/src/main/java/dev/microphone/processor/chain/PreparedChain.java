package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.Watch;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;

/** A chain whose plugins are loaded and warm: making one for a stream takes microseconds. Any thread. */
public final class PreparedChain {
    private final ChainSpec spec;
    private final List<PluginPool> pools;

    PreparedChain(ChainSpec spec, List<PluginPool> pools) {
        this.spec = spec;
        this.pools = List.copyOf(pools);
    }

    public ChainSpec spec() {
        return spec;
    }

    /** SHA-256 of each plugin's module, in order. */
    public List<String> digests() {
        return pools.stream().map(PluginPool::digest).toList();
    }

    /** Delay of all plugins together, samples at 48 kHz. */
    public int latencySamples() {
        return pools.stream().mapToInt(PluginPool::latencySamples).sum();
    }

    /** @param watch of the thread that will own the chain */
    public Chain newChain(Watch watch, FaultPolicy policy, PluginFaultListener listener, Metrics metrics) {
        return new Chain(pools.stream()
                .map(pool -> new ChainStage(pool, watch, policy, listener, metrics))
                .toList());
    }
}
