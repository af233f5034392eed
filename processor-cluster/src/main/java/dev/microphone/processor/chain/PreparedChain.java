package dev.microphone.processor.chain;

import dev.microphone.processor.event.ControlEventListener;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** A chain whose plugins are loaded and warm: making one for a stream takes microseconds. Any thread. */
public final class PreparedChain {
    private final ChainSpec spec;
    private final List<PluginPool> pools;
    private final Watchdog watchdog;
    private volatile @Nullable Supplier<ChainTap> taps;

    PreparedChain(ChainSpec spec, List<PluginPool> pools, Watchdog watchdog) {
        this.watchdog = watchdog;
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

    /**
     * A chain for one stream.
     *
     * @param watch of the thread that will own the chain
     * @param policy of each plugin whose {@link PluginSpec} names none of its own
     * @param clock monotonic; read when a plugin fails
     */
    public Chain newChain(
            Watch watch, FaultPolicy policy, ControlEventListener events, Metrics metrics, NanoClock clock) {
        return tapped(new Chain(stages(watch, policy, events, metrics, clock), () -> {}));
    }

    /** A chain that stands alone, with a watch of its own that it closes: for a file. */
    public Chain newChain(FaultPolicy policy, ControlEventListener events, Metrics metrics) {
        Watch watch = watchdog.newWatch();
        return tapped(new Chain(stages(watch, policy, events, metrics, SystemNanoClock.INSTANCE), watch::close));
    }

    /** Has each chain made from now on tell a tap of its own what its plugins do. */
    public void tapWith(Supplier<ChainTap> newTaps) {
        taps = newTaps;
    }

    private Chain tapped(Chain chain) {
        Supplier<ChainTap> makesTaps = taps;
        if (makesTaps != null) {
            chain.tap(makesTaps.get());
        }
        return chain;
    }

    private List<ChainStage> stages(
            Watch watch, FaultPolicy policy, ControlEventListener events, Metrics metrics, NanoClock clock) {
        return pools.stream()
                .map(pool -> new ChainStage(pool, watch, policy, events, metrics, clock))
                .toList();
    }
}
