package dev.microphone.processor.flink;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.shard.Downstream;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** What a shard's streams need, without Flink and without a network: state in a map, and a router that may be there. */
final class ShardInMemory implements SessionStore, Downstream {
    static final long SNAPSHOT_INTERVAL_NS = 1_000_000_000L;

    final Map<Long, byte[]> stored = new HashMap<>();
    final List<String> errors = new ArrayList<>();
    final Metrics metrics = new Metrics();
    private final @Nullable String router;
    boolean takes = true;
    int pushes;

    /** @param router null: there is none; one that is there takes everything at once */
    ShardInMemory(@Nullable String router) {
        this.router = router;
    }

    /** Another attempt of the shard, over the same state. */
    ShardStreams begin(LongFunction<Chain> chains) {
        return new ShardStreams(
                this,
                chains,
                this,
                SNAPSHOT_INTERVAL_NS,
                ControlEventListener.NONE,
                metrics,
                "0",
                error -> errors.add(String.valueOf(error.getMessage())),
                0);
    }

    @Override
    public byte @Nullable [] read(long streamId) {
        return stored.get(streamId);
    }

    @Override
    public void write(long streamId, byte[] session) {
        stored.put(streamId, session);
    }

    @Override
    public void clear(long streamId) {
        stored.remove(streamId);
    }

    @Override
    public @Nullable String routerOf(long streamId) {
        return router;
    }

    @Override
    public long position(long streamId) {
        return router == null ? -1 : 0;
    }

    @Override
    public boolean isTaken(long streamId, String by, long position) {
        return takes && by.equals(router);
    }

    @Override
    public void pushThrough(long streamId) {
        pushes++;
    }
}
