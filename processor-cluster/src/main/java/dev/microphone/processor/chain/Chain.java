package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stream's plugins. Whatever they do, the frame comes out: a plugin that fails leaves it as it was.
 *
 * <p>Owned by the thread whose {@link dev.microphone.processor.wasm.Watch} it was made with. Allocates nothing per
 * frame. Without plugins it touches nothing.
 */
public final class Chain implements AutoCloseable {
    private static final long NOT_LOOKED_YET = -1;

    private final List<ChainStage> stages;
    private final Replacements replacements;
    private final PluginSlot.State[] found;
    private final Runnable onClose;
    private @Nullable ChainTap tap;
    private long seenGeneration = NOT_LOOKED_YET;
    private long epoch;
    private long sequence = -1;

    Chain(List<ChainStage> stages, Replacements replacements, Runnable onClose) {
        this.onClose = onClose;
        this.stages = List.copyOf(stages);
        this.replacements = replacements;
        this.found = new PluginSlot.State[stages.size()];
    }

    /**
     * Takes over what was replaced or resumed since the last frame, all of it or nothing, so that a frame passes either
     * the versions before or those after.
     */
    private void adoptReplacements() {
        long generation = replacements.generation();
        if (generation == seenGeneration || !Replacements.isSettled(generation)) {
            return;
        }
        for (int i = 0; i < found.length; i++) {
            found[i] = stages.get(i).currentState();
        }
        if (replacements.generation() != generation) {
            return;
        }
        for (int i = 0; i < found.length; i++) {
            stages.get(i).adopt(found[i]);
        }
        seenGeneration = generation;
    }

    /** Runs the frame through all plugins, in place. Flags that no longer hold are taken away. */
    public void process(Frame frame) {
        adoptReplacements();
        epoch = frame.epoch();
        sequence = frame.sequence();
        boolean changed = false;
        ChainTap listening = tap;
        if (listening != null) {
            listening.onStage(0, frame);
        }
        for (int i = 0; i < stages.size(); i++) {
            changed |= stages.get(i).process(frame);
            if (listening != null) {
                listening.onStage(i + 1, frame);
            }
        }
        if (changed) {
            correctFlags(frame);
        }
    }

    /** Copies the state of all plugins; between two frames, on the thread that owns the chain. */
    public void take(ChainSnapshot target) {
        target.truncate(stages.size());
        for (int i = 0; i < stages.size(); i++) {
            ChainStage stage = stages.get(i);
            target.bypassed(i, !stage.take(target.part(i, stage.reference())));
        }
        target.position(epoch, sequence);
    }

    /**
     * Goes on from a snapshot of a chain of the same plugins, in this process or another, bit for bit. What counts time
     * begins anew: fault budgets are full.
     *
     * @throws SnapshotRejectedException names the plugin and what does not fit; the chain is then as it was
     */
    public void restore(ChainSnapshot snapshot) throws SnapshotRejectedException {
        if (snapshot.plugins() != stages.size()) {
            throw new SnapshotRejectedException(
                    "snapshot of " + snapshot.plugins() + " plugins: this chain has " + stages.size());
        }
        List<@Nullable PluginInstance> restored = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            try {
                restored.add(stages.get(i).restored(snapshot.part(i).state(), snapshot.isBypassed(i)));
            } catch (IllegalArgumentException | PluginMemoryException e) {
                restored.stream().filter(Objects::nonNull).forEach(PluginInstance::release);
                throw new SnapshotRejectedException("plugin " + (i + 1) + ", '"
                        + stages.get(i).reference() + "', cannot go on from '"
                        + snapshot.part(i).reference() + "': " + e.getMessage());
            }
        }
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).goOnWith(restored.get(i), snapshot.sequence());
        }
        epoch = snapshot.epoch();
        sequence = snapshot.sequence();
    }

    /** From the next frame on, tells what each plugin makes of it; null: nobody. For the owner. */
    public void tap(@Nullable ChainTap newTap) {
        tap = newTap;
    }

    /** Shows a far-end frame to the plugins that take one; it stays as it is. */
    public void processReference(Frame frame) {
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).processReference(frame);
        }
    }

    /** Begins anew, with fresh instances and full fault budgets: the source has a new epoch, or someone acted. */
    public void restart() {
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).restart();
        }
    }

    /** Someone acted: plugins that were left out begin anew; the others go on as they are. */
    public void resume() {
        for (int i = 0; i < stages.size(); i++) {
            stages.get(i).resume();
        }
    }

    /** Takes its plugins out of the gauges. Once. */
    @Override
    public void close() {
        stages.forEach(ChainStage::close);
        onClose.run();
    }

    /**
     * Delay of all plugins together, samples at 48 kHz; another version of a plugin may change it.
     *
     * @param samplesPerChannel of the stream's frames: 240, 480 or 960
     */
    public int latencySamples(int samplesPerChannel) {
        return stages.stream()
                .mapToInt(stage -> stage.latencySamples(samplesPerChannel))
                .sum();
    }

    /** How many plugins are left out until someone acts. */
    public int bypassedPlugins() {
        return (int) stages.stream().filter(ChainStage::isBypassed).count();
    }

    private static void correctFlags(Frame frame) {
        int flags = frame.flags();
        if ((flags & FrameFlags.DUAL_MONO) != 0 && !channelsAreEqual(frame)) {
            flags &= ~FrameFlags.DUAL_MONO;
        }
        if ((flags & FrameFlags.DIGITAL_SILENCE) != 0 && !isSilent(frame)) {
            flags &= ~FrameFlags.DIGITAL_SILENCE;
        }
        if (flags != frame.flags()) {
            frame.flags(flags);
        }
    }

    private static boolean channelsAreEqual(Frame frame) {
        byte[] bytes = frame.bytes();
        int end = frame.pcmOffset() + frame.pcmLength();
        for (int i = frame.pcmOffset(); i < end; i += CanonicalAudio.BLOCK_LENGTH) {
            if (bytes[i] != bytes[i + 2] || bytes[i + 1] != bytes[i + 3]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSilent(Frame frame) {
        byte[] bytes = frame.bytes();
        int end = frame.pcmOffset() + frame.pcmLength();
        for (int i = frame.pcmOffset(); i < end; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
