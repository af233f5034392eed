package dev.microphone.processor.shard;

import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.Subscription;
import dev.microphone.schemas.event.Announcement;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.metrics.Metrics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Other nodes, as they announce themselves on the control bus: until they end, or say nothing more for their time to live.
 * Any thread.
 */
public final class KnownNodes implements AutoCloseable {
    /** For what is kept many times over, and no longer than loading plugins takes where no broker answers. */
    public static final long READ_TIMEOUT_MS = 10_000;

    private final ShardTable shards;
    private final RouterList routers;
    private final boolean learnsRouters;
    private final Predicate<String> hasAddress;
    private final NanoClock clock;
    /** For the subscription's thread. */
    private final Presence presence = new Presence();

    private final AtomicCounter refused;
    private final AtomicCounter silentShards;
    private final AtomicCounter silentRouters;
    private final Subscription subscription;

    /** @param fixedRouters where processed frames go; empty: those that announce themselves */
    public KnownNodes(ControlBus bus, Collection<String> fixedRouters, Metrics metrics, NanoClock clock) {
        this(bus, fixedRouters, metrics, clock, KnownNodes::hasAddress);
    }

    KnownNodes(
            ControlBus bus,
            Collection<String> fixedRouters,
            Metrics metrics,
            NanoClock clock,
            Predicate<String> hasAddress) {
        this.clock = clock;
        refused = metrics.counter("microphone_link_messages_refused_total", "stage", "bus", "reason", "announcement");
        silentShards = metrics.counter("microphone_silent_nodes_total", "kind", "shard");
        silentRouters = metrics.counter("microphone_silent_nodes_total", "kind", "router");
        shards = new ShardTable(refused);
        routers = new RouterList(fixedRouters);
        this.hasAddress = hasAddress;
        learnsRouters = fixedRouters.isEmpty();
        subscription = bus.subscribeToAnnouncements(this::onMessage);
    }

    private void onMessage(ControlMessage message) {
        if (!(message.event() instanceof Announcement announced) || !Presence.makesSense(announced)) {
            refused.increment();
            return;
        }
        Announcement before = presence.onAnnounced(announced, clock.nanoTime());
        if (!announced.equals(before)) {
            if (!takeIn(announced)) {
                // So that it is news when it is said again.
                presence.forget(announced);
            }
            if (before instanceof ShardAnnounced shard && !announced.isDown()) {
                // Where that node was before: what it has now is above it.
                shards.onAnnounced(shard.down());
            }
        }
        presence.removeSilent().forEach(this::onSilent);
    }

    /** @return false when nobody can send there; a name may have an address when it is announced again */
    private boolean takeIn(Announcement announced) {
        boolean taken = switch (announced) {
            case ShardAnnounced shard -> {
                // It counts itself what makes no sense.
                shards.onAnnounced(shard);
                yield true;
            }
            case RouterAnnounced router ->
                !learnsRouters || (isKnownOrHasAddress(router) && routers.onAnnounced(router));
        };
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /** A look-up may take seconds, which must not hold up those who send frames: it is tried here. */
    private boolean isKnownOrHasAddress(RouterAnnounced router) {
        String host = RouterList.hostOf(router.endpoint());
        return router.isDown()
                || routers.endpoints().contains(router.endpoint())
                || (host != null && hasAddress.test(host));
    }

    private static boolean hasAddress(String host) {
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void onSilent(Announcement silent) {
        switch (silent) {
            case ShardAnnounced shard -> {
                silentShards.increment();
                shards.onAnnounced(shard.down());
            }
            case RouterAnnounced router -> {
                silentRouters.increment();
                if (learnsRouters) {
                    routers.onSilent(router);
                }
            }
        }
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
