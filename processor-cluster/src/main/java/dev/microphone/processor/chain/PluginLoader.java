package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginPrototype;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/** Makes pools of warm instances out of modules; each module is compiled and warmed once. Guarded by its library's lock. */
final class PluginLoader {
    private final PluginLimits limits;
    private final PluginMemory memory;
    private final @Nullable CompiledPluginCache cache;
    private final int warmUpFrames;
    private final Consumer<String> warnings;
    private final Executor background;
    private final SnapshotPhases snapshotPhases = new SnapshotPhases();
    private final Map<String, PluginModule> modules = new HashMap<>();

    PluginLoader(
            PluginLimits limits,
            PluginMemory memory,
            @Nullable CompiledPluginCache cache,
            int warmUpFrames,
            Consumer<String> warnings,
            Executor background) {
        this.limits = limits;
        this.memory = memory;
        this.cache = cache;
        this.warmUpFrames = warmUpFrames;
        this.warnings = warnings;
        this.background = background;
    }

    /**
     * @param budget of the version, with these limits
     * @param ready how many instances lie ready at once
     */
    PluginPool load(PluginSpec spec, PluginVersion version, VersionBudget budget, int ready, Watch watch)
            throws PluginRejectedException {
        PluginLimits own = spec.limits();
        PluginLimits chosen = own == null ? limits : own;
        PluginModule module = module(spec, version, chosen, watch).within(chosen, memory);
        PluginPrototype prototype = module.newPrototype(spec.parameters(), watch);
        PluginPool pool = new PluginPool(spec, prototype, budget, snapshotPhases, background);
        try {
            pool.makeReady(ready);
            return pool;
        } catch (PluginMemoryException e) {
            pool.release();
            throw new PluginRejectedException(
                    "needs " + ready + " instances: " + e.getMessage() + " (plugins.total-memory-mebibytes)");
        }
    }

    private PluginModule module(PluginSpec spec, PluginVersion version, PluginLimits chosen, Watch watch)
            throws PluginRejectedException {
        PluginModule module = modules.get(version.digest());
        if (module == null) {
            module = PluginModule.load(version.wasm(), chosen, cache, warnings);
            module.warnings()
                    .forEach(finding -> warnings.accept("plugin '" + spec.reference() + "': " + finding.message()));
            PluginInstance warmed = module.within(chosen, memory).newInstance(spec.parameters(), watch);
            try {
                WarmUp.run(warmed, warmUpFrames, watch, SystemNanoClock.INSTANCE);
            } finally {
                warmed.release();
            }
            modules.put(version.digest(), module);
        }
        return module;
    }

    /** Lets go of the code of versions that nobody will use again. */
    void retain(Predicate<String> isDigestOfUse) {
        modules.keySet().removeIf(isDigestOfUse.negate());
    }
}
