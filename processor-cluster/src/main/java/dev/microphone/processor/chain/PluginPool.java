package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.processor.wasm.PluginPrototype;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fresh instances of one version of a plugin with one set of parameters. Some lie ready, so that a new stream or a fault
 * costs the live thread microseconds. Any thread.
 */
final class PluginPool {
    /** More than begin at once, but for a start, where taking one inline is harmless. */
    static final int READY = 2;

    private final PluginSpec spec;
    private final PluginPrototype prototype;
    private final VersionBudget versionBudget;
    private final SnapshotPhases phases;
    private final Executor background;
    private final Queue<PluginInstance> ready = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readyCount = new AtomicInteger();
    private final AtomicBoolean refilling = new AtomicBoolean();
    /** Held while an instance is made that is to lie ready, until it does. */
    private final Object making = new Object();

    private volatile boolean released;

    PluginPool(
            PluginSpec spec,
            PluginPrototype prototype,
            VersionBudget versionBudget,
            SnapshotPhases phases,
            Executor background) {
        this.spec = spec;
        this.prototype = prototype;
        this.versionBudget = versionBudget;
        this.phases = phases;
        this.background = background;
    }

    PluginSpec spec() {
        return spec;
    }

    PluginPrototype prototype() {
        return prototype;
    }

    /** Shared with the pools of the same version with other parameters. */
    VersionBudget versionBudget() {
        return versionBudget;
    }

    String digest() {
        return prototype.module().digest();
    }

    int latencySamples(int samplesPerChannel) {
        return prototype.latencySamples(samplesPerChannel);
    }

    long frameBudgetNs() {
        return prototype.module().limits().frameBudgetNs();
    }

    /** In samples, for one more stage of a chain. */
    int nextSnapshotPhase() {
        return phases.next();
    }

    /** Where the memory of its instances, and of their snapshots, counts. */
    PluginMemory totalMemory() {
        return prototype.totalMemory();
    }

    /** @throws PluginMemoryException when none lies ready, and there is no room for another */
    PluginInstance take() {
        PluginInstance instance = takeReady();
        if (!released && readyCount.get() < READY && refilling.compareAndSet(false, true)) {
            requestRefill();
        }
        return instance == null ? takeNew() : instance;
    }

    private @Nullable PluginInstance takeReady() {
        PluginInstance instance = ready.poll();
        if (instance != null) {
            readyCount.decrementAndGet();
        }
        return instance;
    }

    private PluginInstance takeNew() {
        try {
            return prototype.newInstance();
        } catch (PluginMemoryException e) {
            // The room that this one lacks may be that of one which is just being made: otherwise the stream would go
            // without, and that one would lie there.
            synchronized (making) {
                PluginInstance instance = takeReady();
                if (instance == null) {
                    throw e;
                }
                return instance;
            }
        }
    }

    private void requestRefill() {
        try {
            background.execute(this::refill);
        } catch (RejectedExecutionException e) {
            // The library is closed: chains that still run get their instances made inline.
            refilling.set(false);
        }
    }

    private void refill() {
        try {
            makeReady(READY);
        } catch (PluginMemoryException e) {
            // Whoever takes the next one meets the same, and tells of it with a stream and a frame.
        } finally {
            refilling.set(false);
        }
    }

    /**
     * Makes instances until that many lie ready: before many streams are about to take one at once.
     *
     * @throws PluginMemoryException when there is no room for so many; those that were made lie ready
     */
    void makeReady(int count) {
        while (!released && readyCount.get() < count) {
            synchronized (making) {
                ready.add(prototype.newInstance());
                readyCount.incrementAndGet();
            }
        }
        if (released) {
            releaseReady();
        }
    }

    /** No more streams will begin with it: what lies ready is given up. Those that have an instance keep it. */
    void release() {
        if (!released) {
            released = true;
            releaseReady();
            prototype.release();
        }
    }

    private void releaseReady() {
        PluginInstance instance = takeReady();
        while (instance != null) {
            instance.release();
            instance = takeReady();
        }
    }
}
