package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Fresh instances of one plugin with one set of parameters. Some lie ready, so that a new stream or a fault costs the
 * live thread microseconds. Any thread.
 */
final class PluginPool {
    /** More than begin at once, but for a start, where taking one inline is harmless. */
    static final int READY = 2;

    private final PluginSpec spec;
    private final PluginInstance prototype;
    private final Executor background;
    private final Queue<PluginInstance> ready = new ArrayBlockingQueue<>(READY);
    private final AtomicBoolean refilling = new AtomicBoolean();

    /** @param prototype configured, and never run */
    PluginPool(PluginSpec spec, PluginInstance prototype, Executor background) {
        this.spec = spec;
        this.prototype = prototype;
        this.background = background;
        refill();
    }

    PluginSpec spec() {
        return spec;
    }

    String digest() {
        return prototype.module().digest();
    }

    int latencySamples() {
        return prototype.latencySamples();
    }

    long frameBudgetNs() {
        return prototype.module().limits().frameBudgetNs();
    }

    PluginInstance take() {
        PluginInstance instance = ready.poll();
        if (refilling.compareAndSet(false, true)) {
            requestRefill();
        }
        return instance == null ? prototype.copy() : instance;
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
            boolean room = ready.size() < READY;
            while (room) {
                room = ready.offer(prototype.copy()) && ready.size() < READY;
            }
        } finally {
            refilling.set(false);
        }
    }
}
