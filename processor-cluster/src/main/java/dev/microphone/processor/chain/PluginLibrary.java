package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginPrototype;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Loads plugins, each once, warms them up, and hands out chains of them. Any thread; loading is slow and happens on the
 * calling one, never on a thread with live streams.
 */
public final class PluginLibrary implements AutoCloseable {
    /** RNNoise runs at its final speed after some 500 to 900. */
    public static final int DEFAULT_WARM_UP_FRAMES = 1_000;

    private final PluginFiles files;
    private final PluginLimits limits;
    private final @Nullable CompiledPluginCache cache;
    private final Watchdog watchdog;
    private final int warmUpFrames;
    private final Consumer<String> warnings;
    private final Map<String, PluginModule> modules = new HashMap<>();
    private final Map<PoolKey, PluginPool> pools = new HashMap<>();
    private final SnapshotPhases snapshotPhases = new SnapshotPhases();
    private final ExecutorService background = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("plugin-pool").factory());

    private record PoolKey(String digest, PluginSpec spec) {}

    /**
     * @param limits of each plugin whose {@link PluginSpec} names none of its own
     * @param cache null to compile each plugin anew
     * @param warmUpFrames 0 where the first frames may be slow
     * @param warnings told, in one line, what is wrong but not fatal
     */
    public PluginLibrary(
            PluginFiles files,
            PluginLimits limits,
            @Nullable CompiledPluginCache cache,
            Watchdog watchdog,
            int warmUpFrames,
            Consumer<String> warnings) {
        this.files = files;
        this.limits = limits;
        this.cache = cache;
        this.watchdog = watchdog;
        this.warmUpFrames = warmUpFrames;
        this.warnings = warnings;
    }

    /**
     * Loads and warms what the chain needs.
     *
     * @throws PluginRejectedException names the plugin and the reason, in one line
     */
    public synchronized PreparedChain prepare(ChainSpec spec) throws PluginRejectedException {
        List<PluginPool> chain = new ArrayList<>();
        try (Watch watch = watchdog.newWatch()) {
            for (PluginSpec plugin : spec.plugins()) {
                try {
                    chain.add(pool(plugin, watch));
                } catch (PluginRejectedException e) {
                    throw new PluginRejectedException("plugin '" + plugin + "' " + e.getMessage());
                }
            }
        }
        return new PreparedChain(spec, chain, watchdog);
    }

    private PluginPool pool(PluginSpec spec, Watch watch) throws PluginRejectedException {
        byte[] wasm = files.read(spec);
        String digest = digestOf(wasm);
        PoolKey key = new PoolKey(digest, spec);
        PluginPool pool = pools.get(key);
        if (pool == null) {
            PluginLimits own = spec.limits() == null ? limits : spec.limits();
            PluginModule module = module(wasm, digest, spec, own, watch).withLimits(own);
            PluginPrototype prototype = module.newPrototype(spec.parameters(), watch);
            pool = new PluginPool(spec, prototype, snapshotPhases, background);
            pools.put(key, pool);
        }
        return pool;
    }

    private PluginModule module(byte[] wasm, String digest, PluginSpec spec, PluginLimits own, Watch watch)
            throws PluginRejectedException {
        PluginModule module = modules.get(digest);
        if (module == null) {
            module = PluginModule.load(wasm, own, cache, warnings);
            module.warnings()
                    .forEach(finding -> warnings.accept("plugin '" + spec.reference() + "': " + finding.message()));
            WarmUp.run(module.newInstance(spec.parameters(), watch), warmUpFrames, watch);
            modules.put(digest, module);
        }
        return module;
    }

    private static String digestOf(byte[] wasm) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(wasm));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        background.shutdownNow();
    }
}
