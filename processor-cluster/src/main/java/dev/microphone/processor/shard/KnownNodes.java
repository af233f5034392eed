package dev.microphone.processor.shard;

import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.Subscription;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.metrics.Metrics;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Other nodes, as they announce themselves on the control bus. Any thread. */
public final class KnownNodes implements AutoCloseable {
    /** For all that is kept of a busy week, and shorter than loading plugins takes where no broker answers. */
    public static final long READ_TIMEOUT_MS = 10_000;

    private final ShardTable shards;
    private final RouterList routers;
    private final Subscription subscription;

    /** @param fixedRouters where processed frames go; empty: those that announce themselves */
    public KnownNodes(ControlBus bus, Collection<String> fixedRouters, Metrics metrics) {
        shards = new ShardTable(
                metrics.counter("microphone_link_messages_refused_total", "stage", "bus", "reason", "announcement"));
        routers = new RouterList(fixedRouters);
        boolean learnsRouters = fixedRouters.isEmpty();
        subscription = bus.subscribe(ControlBus.Since.OLDEST_KEPT, message -> {
            if (message.event() instanceof ShardAnnounced shard) {
                shards.onAnnounced(shard);
            } else if (learnsRouters && message.event() instanceof RouterAnnounced router) {
                routers.onAnnounced(router);
            }
        });
    }

    public ShardTable shards() {
        return shards;
    }

    public RouterList routers() {
        return routers;
    }

    /**
     * Waits until all is read that was announced before. An attempt that is chosen earlier may be below one of those, where
     * this machine's clock is behind, and agents would take this node for a stale one.
     *
     * @return false when it is not read in that time, for want of a broker
     */
    public boolean awaitRead(long timeoutMs) {
        try {
            subscription.caughtUp().get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("what was announced cannot be read", e);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
