package dev.microphone.processor.chain;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.util.List;

/**
 * One stream's plugins. Whatever they do, the frame comes out: a plugin that fails leaves it as it was.
 *
 * <p>Owned by the thread whose {@link dev.microphone.processor.wasm.Watch} it was made with. Allocates nothing per
 * frame. Without plugins it touches nothing.
 */
public final class Chain implements AutoCloseable {
    private final List<ChainStage> stages;
    private final Runnable onClose;
    private final int latencySamples;

    Chain(List<ChainStage> stages, Runnable onClose) {
        this.onClose = onClose;
        this.stages = List.copyOf(stages);
        this.latencySamples =
                stages.stream().mapToInt(ChainStage::latencySamples).sum();
    }

    /** Runs the frame through all plugins, in place. Flags that no longer hold are taken away. */
    public void process(Frame frame) {
        boolean changed = false;
        for (int i = 0; i < stages.size(); i++) {
            changed |= stages.get(i).process(frame);
        }
        if (changed) {
            correctFlags(frame);
        }
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

    /** Takes its plugins out of the gauges. */
    @Override
    public void close() {
        stages.forEach(ChainStage::close);
        onClose.run();
    }

    /** Delay of all plugins together, samples at 48 kHz. */
    public int latencySamples() {
        return latencySamples;
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
