package dev.microphone.router.stream;

import dev.microphone.transport.frame.StreamDirectory;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The streams that pass the router.
 *
 * <p>The router's thread adds and removes; any thread looks up by name and lists.
 */
public final class Streams {
    /** Some 600 bytes each; a router serves hundreds. */
    public static final int MAX_STREAMS = 4_096;
    /**
     * How long a silent stream is remembered. It must outlast a processor's restart, whose replay is recognised by the
     * sequences remembered here.
     */
    public static final long IDLE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);

    private final StreamDirectory names;
    private final NanoClock clock;
    private final Long2ObjectHashMap<StreamState> byId = new Long2ObjectHashMap<>();
    /** The same, for readers on other threads. */
    private final Map<Long, StreamState> shared = new ConcurrentHashMap<>();

    /** @param clock the one whose readings the router's thread passes in */
    public Streams(StreamDirectory names, NanoClock clock) {
        this.names = names;
        this.clock = clock;
    }

    /** @return the stream's state, a fresh one when it is new; null when there are too many streams. Router thread. */
    public @Nullable StreamState stateOf(long streamId, long nowNs) {
        StreamState state = byId.get(streamId);
        if (state == null && byId.size() < MAX_STREAMS) {
            state = new StreamState(streamId, nowNs);
            byId.put(streamId, state);
            shared.put(streamId, state);
        }
        return state;
    }

    /** Forgets streams that have been silent for long. Router thread. */
    public void removeIdle(long nowNs) {
        Long2ObjectHashMap<StreamState>.ValueIterator states = byId.values().iterator();
        while (states.hasNext()) {
            StreamState state = states.next();
            if (state.isIdle(nowNs, IDLE_TIMEOUT_NS)) {
                states.remove();
                shared.remove(state.streamId());
            }
        }
    }

    /** The stream's name, or its id in hexadecimal while nobody has said what it is called. Any thread. */
    public String nameOf(long streamId) {
        return names.nameOf(streamId);
    }

    /** The stream of that name, if it has passed. Any thread. */
    public @Nullable StreamState find(String name) {
        for (StreamState state : shared.values()) {
            if (nameOf(state.streamId()).equals(name)) {
                return state;
            }
        }
        return null;
    }

    /** All streams, by name. Any thread. */
    public List<StreamStatus> statuses() {
        long nowNs = clock.nanoTime();
        return shared.values().stream()
                .map(state -> state.status(nameOf(state.streamId()), nowNs))
                .sorted(Comparator.comparing(StreamStatus::name))
                .toList();
    }
}
