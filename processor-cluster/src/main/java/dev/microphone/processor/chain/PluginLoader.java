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
import dev.microphone.processor.wasm.Watchdog;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Makes pools of warm instances out of modules; each module is compiled and warmed once, several side by side. Guarded by
 * its library's lock.
 */
final class PluginLoader implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final PluginLimits limits;
    private final PluginMemory memory;
    private final @Nullable CompiledPluginCache cache;
    private final int warmUpFrames;
    private final Consumer<String> warnings;
    private final Executor background;
    private final SnapshotPhases snapshotPhases = new SnapshotPhases();
    private final Watchdog watchdog;
    private final LaterWarmUps later;
    /** By digest; those that were refused are gone once somebody was told. */
    private final Map<String, Future<PluginModule>> modules = new HashMap<>();

    private final ThreadPoolExecutor threads;

    PluginLoader(
            PluginLimits limits,
            PluginMemory memory,
            @Nullable CompiledPluginCache cache,
            int warmUpFrames,
            Watchdog watchdog,
            Consumer<String> warnings,
            Executor background) {
        this.limits = limits;
        this.memory = memory;
        this.cache = cache;
        this.warmUpFrames = warmUpFrames;
        this.warnings = warnings;
        this.background = background;
        this.watchdog = watchdog;
        int processors = Runtime.getRuntime().availableProcessors();
        threads = new ThreadPoolExecutor(
                processors,
                processors,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("plugin-load-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        later = new LaterWarmUps(watchdog, threads, warnings);
    }

    /**
     * Begins to compile and warm what {@link #load} will need, unless that was begun before. Does not wait.
     *
     * @param isLiveSoon whether somebody waits for it: it counts as loaded then before its warm-up, which {@link
     *     #keepingUp} waits for, and which goes on beside live streams
     */
    void begin(PluginSpec spec, PluginVersion version, boolean isLiveSoon) {
        modules.computeIfAbsent(version.digest(), digest -> threads.submit(() -> load(spec, version, isLiveSoon)));
    }

    /**
     * Waits for what was begun; begins what was not, to be warmed to the end.
     *
     * @param budget of the version, with these limits
     * @param ready how many instances lie ready at once
     */
    PluginPool load(PluginSpec spec, PluginVersion version, VersionBudget budget, int ready, Watch watch)
            throws PluginRejectedException {
        begin(spec, version, false);
        PluginModule module = module(version.digest()).within(limitsOf(spec), memory);
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

    private PluginLimits limitsOf(PluginSpec spec) {
        PluginLimits own = spec.limits();
        return own == null ? limits : own;
    }

    private PluginModule module(String digest) throws PluginRejectedException {
        Future<PluginModule> begun = Objects.requireNonNull(modules.get(digest));
        boolean loaded = false;
        try {
            PluginModule module = begun.get();
            loaded = true;
            return module;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PluginRejectedException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PluginRejectedException("was not loaded: the thread that asked for it is to end");
        } finally {
            if (!loaded) {
                modules.remove(digest);
            }
        }
    }

    /** Done when all that was begun to be live soon keeps up; with a PluginRejectedException when one of it failed. */
    CompletableFuture<Void> keepingUp() {
        return later.keepingUp();
    }

    private PluginModule load(PluginSpec spec, PluginVersion version, boolean isLiveSoon)
            throws PluginRejectedException {
        PluginLimits chosen = limitsOf(spec);
        PluginModule module = PluginModule.load(version.wasm(), chosen, cache, warnings);
        module.warnings()
                .forEach(finding -> warnings.accept("plugin '" + spec.reference() + "': " + finding.message()));
        boolean goesOn = false;
        try (Watch watch = watchdog.newWatch()) {
            PluginInstance warmed = module.within(chosen, memory).newInstance(spec.parameters(), watch);
            try {
                WarmUp warmUp = new WarmUp(warmed, warmUpFrames, SystemNanoClock.INSTANCE);
                if (isLiveSoon) {
                    later.add(spec.reference(), module, warmed, warmUp);
                    goesOn = true;
                } else {
                    warmUp.untilWarm(watch, tookNs -> {});
                }
            } finally {
                if (!goesOn) {
                    warmed.release();
                }
            }
        }
        return module;
    }

    /** Lets go of the code of versions that nobody will use again. */
    void retain(Predicate<String> isDigestOfUse) {
        modules.keySet().removeIf(isDigestOfUse.negate());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        later.close();
    }
}
