package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginSnapshot;
import dev.microphone.transport.frame.CanonicalAudio;

/**
 * What a plugin goes on from after a fault: two snapshots, about a second apart.
 *
 * <p>A state may be broken long before the plugin fails on it. So a snapshot counts as good only once the instance has
 * processed another 100 ms without a fault; and one from which an instance has failed again within 100 ms is thrown away:
 * then the one before takes its place, and at last a fresh instance.
 *
 * <p>Owned by the stream's thread. Once both have grown to their size, nothing is allocated.
 */
final class LastGoodState {
    /** Of sound: what a plugin may forget against what a snapshot costs, some 50 µs for RNNoise. */
    static final int INTERVAL_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ;

    /** Five frames of 20 ms. */
    static final int PROOF_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ / 10;

    private static final long NONE = -1;

    private PluginSnapshot newest;
    private PluginSnapshot older;
    private long newestSequence = NONE;
    private long olderSequence = NONE;
    private int samplesToNext;
    /** Processed since the newest was taken, or last restored. */
    private int provenSamples;

    /**
     * @param phaseSamples when the first is taken, below the interval: streams that begin together must not take theirs on
     *     the same frame
     * @param total where its bytes count
     */
    LastGoodState(int phaseSamples, PluginMemory total) {
        samplesToNext = phaseSamples;
        newest = new PluginSnapshot(total);
        older = new PluginSnapshot(total);
    }

    /**
     * After each frame that the instance has processed.
     *
     * @throws dev.microphone.processor.wasm.PluginMemoryException when there was no room for a snapshot; the newest is still
     *     there, the one before is not, and the next is tried when it is due
     */
    void onProcessed(PluginInstance instance, long sequence, int samples) {
        provenSamples = Math.min(provenSamples + samples, PROOF_SAMPLES);
        samplesToNext -= samples;
        if (samplesToNext <= 0 && provenSamples == PROOF_SAMPLES) {
            // Late by however long it went unproven: the phase stays.
            samplesToNext = INTERVAL_SAMPLES + samplesToNext % INTERVAL_SAMPLES;
            take(instance, sequence);
        }
    }

    private void take(PluginInstance instance, long sequence) {
        PluginSnapshot oldest = older;
        olderSequence = NONE;
        instance.take(oldest);
        older = newest;
        olderSequence = newestSequence;
        newest = oldest;
        newestSequence = sequence;
        provenSamples = 0;
    }

    /** Puts a fresh instance into the state to go on from, where there is one. */
    PluginRecovery recover(PluginInstance fresh) {
        boolean suspect = newestSequence != NONE && provenSamples < PROOF_SAMPLES;
        if (suspect) {
            dropNewest();
        }
        provenSamples = 0;
        if (newestSequence == NONE) {
            return PluginRecovery.FRESH;
        }
        try {
            fresh.restore(newest);
        } catch (IllegalArgumentException e) {
            // It had grown its memory, and there is no room for that now.
            forget();
            return PluginRecovery.FRESH;
        }
        return suspect ? PluginRecovery.OLDER_SNAPSHOT : PluginRecovery.LAST_GOOD_SNAPSHOT;
    }

    /**
     * The chain was restored from outside: what it goes on from is the first good state.
     *
     * @throws dev.microphone.processor.wasm.PluginMemoryException as {@link #onProcessed}
     */
    void beginWith(PluginInstance restored, long sequence) {
        forget();
        take(restored, sequence);
        provenSamples = PROOF_SAMPLES;
    }

    void forget() {
        newestSequence = NONE;
        olderSequence = NONE;
        provenSamples = 0;
    }

    /** As {@link #forget}, and gives up the room. */
    void release() {
        forget();
        newest.release();
        older.release();
    }

    private void dropNewest() {
        PluginSnapshot dropped = newest;
        newest = older;
        newestSequence = olderSequence;
        older = dropped;
        olderSequence = NONE;
    }

    /** The last frame that the state to go on from has seen; -1 where that is a fresh one. */
    long sequence() {
        return newestSequence;
    }

    /** On the heap, bytes. */
    long heapBytes() {
        return newest.heapBytes() + older.heapBytes();
    }
}
