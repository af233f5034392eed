package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginSnapshot;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.schemas.event.PluginSuspended;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** One plugin's place in one stream's chain. Owned by the stream's thread. */
final class ChainStage {
    private final PluginSlot slot;
    private final Watch watch;
    private final NanoClock clock;
    private final FaultPolicy policy;
    private final FaultBudget budget;
    private final ControlEventListener events;
    private final LastGoodState lastGood;
    private final Map<PluginFault, AtomicCounter> errors = new EnumMap<>(PluginFault.class);
    private final Map<PluginRecovery, AtomicCounter> recoveries = new EnumMap<>(PluginRecovery.class);
    private final AtomicCounter bypassedStreams;
    private final AtomicCounter suspensions;
    private PluginSlot.State state;
    private PluginPool pool;
    private boolean countedBypassed;
    /** Of the last frame; 0 before the first. */
    private int samplesPerChannel;
    /** Null while the plugin is left out: frames pass unprocessed until someone acts. */
    private @Nullable PluginInstance instance;

    ChainStage(
            PluginSlot slot,
            Watch watch,
            FaultPolicy policy,
            ControlEventListener events,
            Metrics metrics,
            NanoClock clock) {
        this.clock = clock;
        this.slot = slot;
        this.state = slot.state();
        this.pool = state.pool();
        this.watch = watch;
        FaultPolicy own = slot.spec().faultPolicy();
        this.policy = own == null ? policy : own;
        this.budget = new FaultBudget(this.policy);
        this.events = events;
        this.lastGood = new LastGoodState(pool.nextSnapshotPhase());
        slot.addStage();
        String plugin = slot.spec().reference();
        for (PluginFault fault : PluginFault.values()) {
            if (fault != PluginFault.NONE) {
                errors.put(
                        fault,
                        metrics.counter("microphone_plugin_errors_total", "plugin", plugin, "reason", fault.label()));
            }
        }
        for (PluginRecovery recovery : PluginRecovery.values()) {
            recoveries.put(
                    recovery,
                    metrics.counter("microphone_plugin_recoveries_total", "plugin", plugin, "with", recovery.label()));
        }
        bypassedStreams = metrics.gauge("microphone_plugin_bypassed_streams", "plugin", plugin);
        suspensions = metrics.counter("microphone_plugin_suspensions_total", "plugin", plugin);
        restart();
    }

    /** What the stages of all streams are to use at the moment. */
    PluginSlot.State currentState() {
        return slot.state();
    }

    /** Between two frames. Another version begins with a fresh instance: nobody can take over another module's state. */
    @SuppressWarnings("ReferenceEquality") // the very one, which is all that a frame without a change pays for
    void adopt(PluginSlot.State next) {
        if (next == state) {
            return;
        }
        boolean isReplaced = next.pool() != pool;
        state = next;
        pool = next.pool();
        if (isReplaced || isBypassed()) {
            restart();
        }
    }

    /** @return whether the plugin changed the frame */
    boolean process(Frame frame) {
        leaveOutWithItsVersion();
        if (frame.samplesPerChannel() != samplesPerChannel) {
            slot.changeFrames(samplesPerChannel, frame.samplesPerChannel());
            samplesPerChannel = frame.samplesPerChannel();
        }
        PluginInstance running = instance;
        if (running == null) {
            return false;
        }
        PluginFault fault =
                running.process(frame.bytes(), frame.pcmOffset(), frame.pcmLength(), watch, pool.frameBudgetNs());
        if (fault != PluginFault.NONE) {
            onFault(running, fault, frame);
            return false;
        }
        lastGood.onProcessed(running, frame.sequence(), frame.samplesPerChannel());
        return true;
    }

    void processReference(Frame frame) {
        leaveOutWithItsVersion();
        PluginInstance running = instance;
        if (running == null) {
            return;
        }
        PluginFault fault = running.processReference(
                frame.bytes(), frame.pcmOffset(), frame.pcmLength(), watch, pool.frameBudgetNs());
        if (fault != PluginFault.NONE) {
            onFault(running, fault, frame);
        }
    }

    private void onFault(PluginInstance failed, PluginFault fault, Frame frame) {
        Objects.requireNonNull(errors.get(fault)).increment();
        boolean suspends = fault == PluginFault.TIME_LIMIT
                && pool.versionBudget().spend(frame.streamId(), clock.nanoTime(), policy);
        PluginRecovery recovery = replace();
        Objects.requireNonNull(recoveries.get(recovery)).increment();
        events.onEvent(new PluginFaulted(
                slot.spec().reference(),
                pool.digest(),
                "",
                frame.streamId(),
                frame.epoch(),
                frame.sequence(),
                frame.captureTimeNs(),
                fault.label(),
                failed.lastFaultMessage(),
                recovery.label(),
                lastGood.sequence()));
        if (suspends) {
            suspensions.increment();
            events.onEvent(new PluginSuspended(
                    slot.spec().reference(),
                    pool.digest(),
                    fault.label(),
                    policy.maxFailingStreams(),
                    TimeUnit.NANOSECONDS.toMillis(policy.failingStreamsWindowNs())));
        }
    }

    /** The plugin hangs on other streams: this one does not try it. */
    private void leaveOutWithItsVersion() {
        if (instance != null && pool.versionBudget().isSpent()) {
            bypass();
        }
    }

    /** The failed instance is thrown away, whatever takes its place. */
    private PluginRecovery replace() {
        if (budget.spend(clock.nanoTime()) || pool.versionBudget().isSpent()) {
            bypass();
            return PluginRecovery.BYPASS;
        }
        PluginInstance fresh = pool.take();
        PluginRecovery recovery = lastGood.recover(fresh);
        instance = fresh;
        return recovery;
    }

    private void bypass() {
        instance = null;
        lastGood.forget();
        countBypassed(true);
    }

    /** Someone acted: the plugin gets a fresh instance and a full budget, unless its version is left out everywhere. */
    void restart() {
        if (pool.versionBudget().isSpent()) {
            bypass();
        } else {
            beginWith(pool.take());
        }
    }

    /** As {@link #restart}, but only for a plugin that is left out. */
    void resume() {
        if (isBypassed()) {
            restart();
        }
    }

    private void beginWith(PluginInstance next) {
        countBypassed(false);
        budget.refill();
        lastGood.forget();
        instance = next;
    }

    /** @return false when the plugin is left out: it has no state but its origin */
    boolean take(PluginSnapshot target) {
        PluginInstance running = instance;
        if (running == null) {
            target.clear(pool.prototype());
            return false;
        }
        running.take(target);
        return true;
    }

    /**
     * An instance that goes on from a snapshot, for {@link #goOnWith}. This stage stays as it is.
     *
     * @throws IllegalArgumentException when the snapshot is of another plugin
     */
    @Nullable
    PluginInstance restored(PluginSnapshot snapshot, boolean bypassed) {
        if (bypassed) {
            pool.prototype().requireOrigin(snapshot);
            return null;
        }
        PluginInstance next = pool.take();
        next.restore(snapshot);
        return next;
    }

    /** @param restored null when the plugin was left out */
    void goOnWith(@Nullable PluginInstance restored, long sequence) {
        if (restored != null) {
            beginWith(restored);
            lastGood.beginWith(restored, sequence);
        } else if (!isBypassed()) {
            bypass();
        }
    }

    void close() {
        countBypassed(false);
        slot.changeFrames(samplesPerChannel, 0);
        slot.removeStage();
    }

    private void countBypassed(boolean bypassed) {
        if (bypassed != countedBypassed) {
            countedBypassed = bypassed;
            bypassedStreams.getAndAdd(bypassed ? 1 : -1);
            slot.addBypassed(bypassed ? 1 : -1);
        }
    }

    boolean isBypassed() {
        return instance == null;
    }

    String reference() {
        return slot.spec().reference();
    }

    int latencySamples(int samplesPerChannel) {
        return pool.latencySamples(samplesPerChannel);
    }
}
