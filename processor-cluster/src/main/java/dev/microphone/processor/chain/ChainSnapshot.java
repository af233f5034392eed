package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginSnapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of a whole chain between two frames: of each plugin what differs from a fresh instance, or that it is left
 * out. What a stream's session knows besides (its far end, where it stands in the sequence) is not in it.
 *
 * <p>Mutable and reused: {@link Chain#take} fills it on the stream's thread, in some microseconds a plugin and, from the
 * second time on, as good as without allocating. {@link ChainSnapshotFormat} makes bytes of it on any thread. Owned by
 * one thread at a time; handing it over needs a queue or the like between them.
 */
public final class ChainSnapshot {
    /**
     * One plugin's part.
     *
     * @param reference as the chain names it
     * @param state of no meaning where the plugin is left out
     */
    record Part(String reference, PluginSnapshot state) {}

    private final List<Part> parts = new ArrayList<>();
    /** One bit for each part. */
    private long bypassed;

    private long epoch;
    private long sequence = -1;

    /** How many plugins the chain has. */
    public int plugins() {
        return parts.size();
    }

    /** Of the last frame that the chain has processed. */
    public long epoch() {
        return epoch;
    }

    /** Of the last frame that the chain has processed; -1 before the first. */
    public long sequence() {
        return sequence;
    }

    /** What differs from fresh instances, in whole blocks; bytes. */
    public long changedBytes() {
        long bytes = 0;
        for (int i = 0; i < parts.size(); i++) {
            bytes += isBypassed(i) ? 0 : parts.get(i).state.changedBytes();
        }
        return bytes;
    }

    void position(long atEpoch, long atSequence) {
        epoch = atEpoch;
        sequence = atSequence;
    }

    /** A place for one plugin's state: that of the last time, where it is the same chain. */
    PluginSnapshot part(int index, String reference) {
        if (index == parts.size()) {
            parts.add(new Part(reference, new PluginSnapshot()));
        } else if (!parts.get(index).reference.equals(reference)) {
            parts.set(index, new Part(reference, new PluginSnapshot()));
        }
        return parts.get(index).state;
    }

    void add(Part part, boolean isBypassed) {
        parts.add(part);
        bypassed(parts.size() - 1, isBypassed);
    }

    void truncate(int plugins) {
        while (parts.size() > plugins) {
            parts.remove(parts.size() - 1);
        }
    }

    Part part(int index) {
        return parts.get(index);
    }

    boolean isBypassed(int index) {
        return (bypassed >>> index & 1) != 0;
    }

    void bypassed(int index, boolean isBypassed) {
        bypassed = isBypassed ? bypassed | 1L << index : bypassed & ~(1L << index);
    }
}
