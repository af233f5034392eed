package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Warms plugins up that streams wait for: until they keep up as fast as can be, and then beside the live streams, on a
 * thread of its own and on at most half of a processor. Until the JIT is through with a plugin, and 30 s longer, its
 * frames may take ten times its limit. Any thread.
 */
final class LaterWarmUps implements AutoCloseable {
    /**
     * Streams may begin only now, for another plugin of their chain took longer; and the JIT has a queue, and takes back
     * what it guessed wrong: for 20 s with aec3's 450 functions.
     */
    private static final long AFTERWARDS_NS = 30_000_000_000L;

    private final Watchdog watchdog;
    private final Executor first;
    private final Consumer<String> warnings;
    private CompletableFuture<Void> keepingUp = CompletableFuture.allOf();
    private int behind;
    /** What is left of warm-ups: begun when no plugin is behind, for which the processor is needed more. */
    private final List<Runnable> rest = new ArrayList<>();

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("plugin-warm-up").factory());

    /**
     * @param first runs warm-ups until their plugins keep up
     * @param warnings told of a plugin that fails later
     */
    LaterWarmUps(Watchdog watchdog, Executor first, Consumer<String> warnings) {
        this.watchdog = watchdog;
        this.first = first;
        this.warnings = warnings;
    }

    /** Done when all that were added keep up; with a {@link PluginRejectedException} that names the plugin when one fails. */
    synchronized CompletableFuture<Void> keepingUp() {
        return keepingUp;
    }

    /**
     * Takes over the warm-up of a plugin that is to be live as soon as it keeps up.
     *
     * @param plugin as chains name it
     * @param warmed the instance that is run for it; given up at the end
     */
    synchronized void add(String plugin, PluginModule module, PluginInstance warmed, WarmUp warmUp) {
        relax(module);
        behind++;
        CompletableFuture<Void> begun = CompletableFuture.runAsync(() -> begin(plugin, module, warmed, warmUp), first);
        keepingUp = CompletableFuture.allOf(keepingUp, begun);
    }

    private void begin(String plugin, PluginModule module, PluginInstance warmed, WarmUp warmUp) {
        try (Watch watch = watchdog.newWatch()) {
            warmUp.untilKeepingUp(watch);
            keepsUp(() -> finish(plugin, module, warmed, warmUp));
        } catch (PluginRejectedException e) {
            keepsUp(warmed::release);
            throw new CompletionException(e.about(plugin, ""));
        }
    }

    private synchronized void keepsUp(Runnable left) {
        rest.add(left);
        behind--;
        // Closed meanwhile: nobody waits for it any more.
        if (behind == 0 && !thread.isShutdown()) {
            rest.forEach(thread::execute);
            rest.clear();
        }
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
        synchronized (this) {
            thread.shutdownNow();
        }
        thread.close();
    }
}
