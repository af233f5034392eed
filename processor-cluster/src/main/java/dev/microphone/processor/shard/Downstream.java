package dev.microphone.processor.shard;

import org.jspecify.annotations.Nullable;

/** Where a shard's processed frames go, as far as it matters to what is safe. For the shard's thread. */
public interface Downstream {
    /** Who has what was sent of a stream; null while there is nobody, or frames wait for one. */
    @Nullable
    String routerOf(long streamId);

    /** Behind all frames that were sent to the stream's router; -1 when there is none. */
    long position(long streamId);

    /** Whether the stream's router has taken every frame before that position; false too when it is another one now. */
    boolean isTaken(long streamId, String router, long position);

    /** Has the stream's router say how far it has read, where nothing else is sent to it. */
    void pushThrough(long streamId);
}
