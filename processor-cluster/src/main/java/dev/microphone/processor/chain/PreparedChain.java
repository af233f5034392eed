package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A chain whose plugins are loaded and warm: making one for a stream takes microseconds. Close it when no stream will
 * begin with it any more; those that have it go on. Any thread.
 */
public final class PreparedChain implements AutoCloseable {
    private final ChainSpec spec;
    private final List<PluginSlot> slots;
    private final Replacements replacements;
    private final Watchdog watchdog;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable ChainTap tap;

    PreparedChain(ChainSpec spec, List<PluginSlot> slots, Replacements replacements, Watchdog watchdog) {
        this.watchdog = watchdog;
        this.spec = spec;
        this.slots = List.copyOf(slots);
        this.replacements = replacements;
        slots.forEach(PluginSlot::addUser);
    }

    public ChainSpec spec() {
        return spec;
    }

    /** SHA-256 of each plugin's module at the moment, in order. */
    public List<String> digests() {
        return slots.stream().map(slot -> slot.state().pool().digest()).toList();
    }

    /**
     * Delay of all plugins together at the moment, samples at 48 kHz.
     *
     * @param samplesPerChannel of the stream's frames: 240, 480 or 960
     */
    public int latencySamples(int samplesPerChannel) {
        return slots.stream()
                .mapToInt(slot -> slot.state().pool().latencySamples(samplesPerChannel))
                .sum();
    }

    /**
     * Has an instance of each plugin lie ready, so that a stream that begins now takes no time. Where there is no memory
     * for one, the stream passes that plugin by, and says so with its first frame.
     */
    public void makeReady() {
        try {
            slots.forEach(slot -> slot.state().pool().makeReady(PluginPool.READY));
        } catch (PluginMemoryException e) {
            // Told by the stream, which has a name.
        }
    }

    /**
     * A chain for one stream.
     *
     * @param watch of the thread that will own the chain
     * @param policy of each plugin whose {@link PluginSpec} names none of its own
     * @param clock monotonic; read when a plugin fails
     */
    public Chain newChain(
            Watch watch, FaultPolicy policy, ControlEventListener events, Metrics metrics, NanoClock clock) {
        return tapped(new Chain(stages(watch, policy, events, metrics, clock), replacements, () -> {}));
    }

    /** A chain that stands alone, with a watch of its own that it closes: for a file. */
    public Chain newChain(FaultPolicy policy, ControlEventListener events, Metrics metrics) {
        Watch watch = watchdog.newWatch();
        return tapped(new Chain(
                stages(watch, policy, events, metrics, SystemNanoClock.INSTANCE), replacements, watch::close));
    }

    /** Has each chain made from now on tell what its plugins do: for a chain of one stream. */
    public void tapWith(ChainTap newTap) {
        tap = newTap;
    }

    private Chain tapped(Chain chain) {
        chain.tap(tap);
        return chain;
    }

    private List<ChainStage> stages(
            Watch watch, FaultPolicy policy, ControlEventListener events, Metrics metrics, NanoClock clock) {
        return slots.stream()
                .map(slot -> new ChainStage(slot, watch, policy, events, metrics, clock))
                .toList();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            slots.forEach(PluginSlot::removeUser);
        }
    }
}
