package dev.microphone.processor.chain;

import dev.microphone.processor.event.ControlEventListener;
import dev.microphone.processor.event.PluginFaulted;
import dev.microphone.processor.event.PluginRecovery;
import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/** One plugin's place in one stream's chain. */
final class ChainStage {
    private final PluginPool pool;
    private final Watch watch;
    private final NanoClock clock;
    private final FaultBudget budget;
    private final ControlEventListener events;
    private final Map<PluginFault, AtomicCounter> errors = new EnumMap<>(PluginFault.class);
    private final AtomicCounter bypassedStreams;
    private PluginInstance instance;
    private boolean bypassed;

    ChainStage(
            PluginPool pool,
            Watch watch,
            FaultPolicy policy,
            ControlEventListener events,
            Metrics metrics,
            NanoClock clock) {
        this.clock = clock;
        this.pool = pool;
        this.watch = watch;
        FaultPolicy own = pool.spec().faultPolicy();
        this.budget = new FaultBudget(own == null ? policy : own);
        this.events = events;
        this.instance = pool.take();
        String plugin = pool.spec().reference();
        for (PluginFault fault : PluginFault.values()) {
            if (fault != PluginFault.NONE) {
                errors.put(
                        fault,
                        metrics.counter("microphone_plugin_errors_total", "plugin", plugin, "reason", fault.label()));
            }
        }
        bypassedStreams = metrics.gauge("microphone_plugin_bypassed_streams", "plugin", plugin);
    }

    /** @return whether the plugin changed the frame */
    boolean process(Frame frame) {
        if (bypassed) {
            return false;
        }
        PluginFault fault =
                instance.process(frame.bytes(), frame.pcmOffset(), frame.pcmLength(), watch, pool.frameBudgetNs());
        if (fault != PluginFault.NONE) {
            onFault(fault, frame);
        }
        return fault == PluginFault.NONE;
    }

    void processReference(Frame frame) {
        if (bypassed) {
            return;
        }
        PluginFault fault = instance.processReference(
                frame.bytes(), frame.pcmOffset(), frame.pcmLength(), watch, pool.frameBudgetNs());
        if (fault != PluginFault.NONE) {
            onFault(fault, frame);
        }
    }

    private void onFault(PluginFault fault, Frame frame) {
        Objects.requireNonNull(errors.get(fault)).increment();
        String message = instance.lastFaultMessage();
        if (budget.spend(clock.nanoTime())) {
            bypassed = true;
            bypassedStreams.increment();
        } else {
            instance = pool.take();
        }
        events.onEvent(new PluginFaulted(
                pool.spec().reference(),
                pool.digest(),
                frame.streamId(),
                frame.epoch(),
                frame.sequence(),
                frame.captureTimeNs(),
                fault,
                message,
                bypassed ? PluginRecovery.BYPASS : PluginRecovery.FRESH,
                -1));
    }

    /** Someone acted: the plugin gets a fresh instance and a full budget. */
    void restart() {
        if (bypassed) {
            bypassed = false;
            bypassedStreams.decrement();
        }
        budget.refill();
        instance = pool.take();
    }

    void close() {
        if (bypassed) {
            bypassed = false;
            bypassedStreams.decrement();
        }
    }

    boolean isBypassed() {
        return bypassed;
    }

    int latencySamples() {
        return pool.latencySamples();
    }
}
