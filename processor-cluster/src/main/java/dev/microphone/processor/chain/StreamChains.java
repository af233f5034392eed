package dev.microphone.processor.chain;

import dev.microphone.transport.frame.StreamName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each stream was given, such as its chain. A stream's backfill ({@link StreamName#backfill}) has what the stream has,
 * unless it was given something itself. Any thread.
 *
 * @param <T> what streams are given
 */
public final class StreamChains<T> {
    private final T others;
    private final Map<Long, T> given = new ConcurrentHashMap<>();
    private final Map<Long, T> ofBackfills = new ConcurrentHashMap<>();

    /** @param others what streams have that were given nothing */
    public StreamChains(T others) {
        this.others = others;
    }

    /** What a stream has from now on. */
    public void put(StreamName stream, T value) {
        given.put(stream.streamId(), value);
        StreamName backfill = stream.backfill();
        if (backfill != null) {
            ofBackfills.put(backfill.streamId(), value);
        }
    }

    /** What the stream of that id has. */
    public T of(long streamId) {
        T own = given.get(streamId);
        return own != null ? own : ofBackfills.getOrDefault(streamId, others);
    }

    /** The ids of all streams that have what this one was given: its own, and mostly its backfill's. */
    public long[] idsWith(StreamName stream) {
        StreamName backfill = stream.backfill();
        return backfill == null || given.containsKey(backfill.streamId())
                ? new long[] {stream.streamId()}
                : new long[] {stream.streamId(), backfill.streamId()};
    }
}
