package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginMemoryException;
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
    private final AtomicCounter missedSnapshots;
    private PluginSlot.State state;
    private PluginPool pool;
    private boolean countedBypassed;
    /** Why there was no memory for an instance, until a frame comes to tell it with. */
    private @Nullable String refusal;

    private boolean toldOfMissedSnapshot;
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
        this.lastGood = new LastGoodState(pool.nextSnapshotPhase(), pool.totalMemory());
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
        missedSnapshots = metrics.counter("microphone_plugin_snapshots_missed_total", "plugin", plugin);
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
            tellRefusal(frame);
            return false;
        }
        PluginFault fault =
                running.process(frame.bytes(), frame.pcmOffset(), frame.pcmLength(), watch, pool.frameBudgetNs());
        if (fault != PluginFault.NONE) {
            onFault(running, fault, frame);
            return false;
        }
        try {
            lastGood.onProcessed(running, frame.sequence(), frame.samplesPerChannel());
        } catch (PluginMemoryException e) {
            onMissedSnapshot(frame, String.valueOf(e.getMessage()));
        }
        return true;
    }

    /** The plugin is well and goes on; after its next fault it begins further back. Told once until it begins anew. */
    private void onMissedSnapshot(Frame frame, String message) {
        missedSnapshots.increment();
        if (!toldOfMissedSnapshot) {
            toldOfMissedSnapshot = true;
            tell(PluginFault.NO_MEMORY, message, PluginFaulted.KEPT, frame);
        }
    }

    /** A stream must not be refused in silence, and its event names a frame. */
    private void tellRefusal(Frame frame) {
        String message = refusal;
        if (message != null) {
            refusal = null;
            count(PluginFault.NO_MEMORY, PluginRecovery.BYPASS);
            tell(PluginFault.NO_MEMORY, message, PluginFaulted.BYPASS, frame);
        }
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
        boolean suspends = fault == PluginFault.TIME_LIMIT
                && pool.versionBudget().spend(frame.streamId(), clock.nanoTime(), policy);
        PluginRecovery recovery = replace();
        count(fault, recovery);
        tell(fault, failed.lastFaultMessage(), recovery.label(), frame);
        tellRefusal(frame);
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

    private void count(PluginFault fault, PluginRecovery recovery) {
        Objects.requireNonNull(errors.get(fault)).increment();
        Objects.requireNonNull(recoveries.get(recovery)).increment();
    }

    private void tell(PluginFault fault, String message, String instanceAction, Frame frame) {
        events.onEvent(new PluginFaulted(
                slot.spec().reference(),
                pool.digest(),
                "",
                frame.streamId(),
                frame.epoch(),
                frame.sequence(),
                frame.captureTimeNs(),
                fault.label(),
                message,
                instanceAction,
                lastGood.sequence()));
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
        discard();
        PluginInstance fresh = takeIfThereIsRoom();
        if (fresh == null) {
            bypass();
            return PluginRecovery.BYPASS;
        }
        instance = fresh;
        return lastGood.recover(fresh);
    }

    private @Nullable PluginInstance takeIfThereIsRoom() {
        try {
            return pool.take();
        } catch (PluginMemoryException e) {
            refusal = String.valueOf(e.getMessage());
            return null;
        }
    }

    private void discard() {
        PluginInstance gone = instance;
        instance = null;
        if (gone != null) {
            gone.release();
        }
    }

    private void bypass() {
        discard();
        lastGood.release();
        countBypassed(true);
    }

    /** Someone acted: the plugin gets a fresh instance and a full budget, unless its version is left out everywhere. */
    void restart() {
        discard();
        PluginInstance fresh = pool.versionBudget().isSpent() ? null : takeIfThereIsRoom();
        if (fresh == null) {
            bypass();
        } else {
            beginWith(fresh);
        }
    }

    /** As {@link #restart}, but only for a plugin that is left out. */
    void resume() {
        if (isBypassed()) {
            restart();
        }
    }

    private void beginWith(PluginInstance next) {
        discard();
        refusal = null;
        toldOfMissedSnapshot = false;
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
     * @throws PluginMemoryException when there is no room for another instance
     */
    @Nullable
    PluginInstance restored(PluginSnapshot snapshot, boolean bypassed) {
        if (bypassed) {
            pool.prototype().requireOrigin(snapshot);
            return null;
        }
        PluginInstance next = pool.take();
        try {
            next.restore(snapshot);
            return next;
        } catch (IllegalArgumentException e) {
            next.release();
            throw e;
        }
    }

    /** @param restored null when the plugin was left out */
    void goOnWith(@Nullable PluginInstance restored, long sequence) {
        if (restored != null) {
            beginWith(restored);
            try {
                lastGood.beginWith(restored, sequence);
            } catch (PluginMemoryException e) {
                missedSnapshots.increment();
            }
        } else if (!isBypassed()) {
            bypass();
        }
    }

    void close() {
        discard();
        lastGood.release();
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
