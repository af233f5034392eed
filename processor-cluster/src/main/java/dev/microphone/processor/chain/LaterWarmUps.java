package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Goes on with warm-ups beside streams that are live already, on a thread of its own and on at most half of a processor.
 * Until the JIT is through with a plugin, and 30 s longer, its frames may take ten times its limit. Any thread.
 */
final class LaterWarmUps implements AutoCloseable {
    /**
     * Streams may begin only now, for another plugin of their chain took longer; and the JIT has a queue, and takes back
     * what it guessed wrong: for 20 s with aec3's 450 functions.
     */
    private static final long AFTERWARDS_NS = 30_000_000_000L;

    private final Watchdog watchdog;
    private final Consumer<String> warnings;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("plugin-warm-up").factory());

    /** @param warnings told of a plugin that fails */
    LaterWarmUps(Watchdog watchdog, Consumer<String> warnings) {
        this.watchdog = watchdog;
        this.warnings = warnings;
    }

    /**
     * Takes over a warm-up whose plugin is about to be live.
     *
     * @param plugin as chains name it
     * @param warmed the instance that is run for it; given up at the end
     */
    void add(String plugin, PluginModule module, PluginInstance warmed, WarmUp warmUp) {
        relax(module);
        thread.execute(() -> finish(plugin, module, warmed, warmUp));
    }

    private void finish(String plugin, PluginModule module, PluginInstance warmed, WarmUp warmUp) {
        relax(module);
        try (Watch watch = watchdog.newWatch()) {
            warmUp.untilWarm(watch, LockSupport::parkNanos);
        } catch (PluginRejectedException e) {
            warnings.accept("plugin '" + plugin + "' " + e.getMessage());
        } finally {
            warmed.release();
            module.relaxTimeLimit(System.nanoTime() + AFTERWARDS_NS);
        }
    }

    private static void relax(PluginModule module) {
        module.relaxTimeLimit(System.nanoTime() + WarmUp.LONGEST_NS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
