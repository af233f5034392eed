package dev.microphone.edge.agent;

import dev.microphone.edge.PcmFormat;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between a capture thread (one producer) and the normalise agent (one consumer). A set of chunks goes
 * round: filled one way, free the other way. Chunks are made when the queue is longer than ever before, so that a stream
 * which never falls behind costs two or three of them; after that nothing is allocated.
 */
final class PcmQueue {
    /** 160 ms: longer than a pause of the collector or the scheduler; 30 KB at most for 48 kHz, 16 bits, stereo. */
    static final int CAPACITY = 16;
    /** So many chunks a second: half a default frame each, so that waiting for one adds little. */
    private static final int CHUNKS_PER_SECOND = 100;

    private static final int PERCENT = 100;

    private final OneToOneConcurrentArrayQueue<PcmChunk> filled = new OneToOneConcurrentArrayQueue<>(CAPACITY);
    private final OneToOneConcurrentArrayQueue<PcmChunk> free = new OneToOneConcurrentArrayQueue<>(CAPACITY);
    private final int chunkLengthBytes;
    /** Chunks in circulation. Producer only. */
    private int made;

    PcmQueue(PcmFormat format) {
        chunkLengthBytes = format.sampleRateHz() / CHUNKS_PER_SECOND * format.blockLength();
    }

    /** One more chunk than the queue holds: what its producer reads into. */
    PcmChunk newChunk() {
        return new PcmChunk(chunkLengthBytes);
    }

    /**
     * Producer: hands over a filled chunk in exchange for a free one.
     *
     * @return the free one; null when the queue is full, and the filled one is still the producer's
     */
    @Nullable
    PcmChunk exchange(PcmChunk chunk) {
        PcmChunk fresh = free.poll();
        if (fresh == null && made < CAPACITY) {
            made++;
            fresh = newChunk();
        }
        if (fresh != null) {
            filled.add(chunk);
        }
        return fresh;
    }

    /** Consumer: the oldest filled chunk, to be given back with {@link #release}; null when there is none. */
    @Nullable
    PcmChunk poll() {
        return filled.poll();
    }

    /** Consumer: the chunk may be filled again. */
    void release(PcmChunk chunk) {
        free.add(chunk);
    }

    /** How full, 0 to 100. */
    int utilisationPercent() {
        return filled.size() * PERCENT / CAPACITY;
    }
}
