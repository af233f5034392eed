package dev.microphone.processor.flink;

import org.jspecify.annotations.Nullable;

/** What is kept of each stream between attempts of a shard ({@link StoredSession}). For the shard's thread. */
interface SessionStore {
    byte @Nullable [] read(long streamId);

    void write(long streamId, byte[] stored);

    void clear(long streamId);
}
