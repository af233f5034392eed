package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.InMemoryControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginResumed;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.metrics.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node knows of others. Time is moved by hand. */
final class KnownNodesTest {
    private static final int TTL_MS = 60_000;
    private static final long INTERVAL_NS = 10_000_000_000L;
    private static final BusReports REPORTS = new BusReports((what, number) -> {}, message -> {}, error -> {
        throw new AssertionError(error);
    });

    private final Metrics metrics = new Metrics();
    private final SpokenBus bus = new SpokenBus();
    private long nowNs;
    private final Set<String> withoutAddress = new HashSet<>();
    private final KnownNodes nodes =
            new KnownNodes(bus, List.of(), metrics, () -> nowNs, host -> !withoutAddress.contains(host));

    private static RouterAnnounced router(String endpoint) {
        return new RouterAnnounced(endpoint, RouterAnnounced.UP, TTL_MS);
    }

    private static ShardAnnounced shard(String endpoint, int first, int last, int attempt) {
        return new ShardAnnounced(endpoint, first, last, 128, attempt, 0, ShardAnnounced.UP, TTL_MS);
    }

    private String ownerOf(int keyGroup) {
        return Objects.requireNonNull(nodes.shards().ownerOf(keyGroup))
                .endpoint()
                .host();
    }

    @Test
    void shouldHaveReadAllBeforeTheFirstAttemptIsChosenByAClockThatIsBehind() {
        try (ControlBus kept = new InMemoryControlBus(REPORTS)) {
            for (int number = 1; number <= 5_000; number++) {
                ShardAnnounced shard = shard("a:" + number, 0, 63, 1_000 + number);
                kept.announce(shard.nodeKey(), new ControlMessage(number, "other", shard));
            }
            kept.announce("router/r:1", new ControlMessage(1, "other", router("r:1")));
            try (KnownNodes late = new KnownNodes(kept, List.of(), metrics, SystemNanoClock.INSTANCE, host -> true)) {
                assertTrue(late.awaitRead(KnownNodes.READ_TIMEOUT_MS));
                assertEquals(6_001, late.shards().nextAttempt(new ShardRange(0, 31), 7));
                assertEquals(List.of("r:1"), late.routers().endpoints());
            }
        }
    }

    @Test
    void shouldSayThatItHasNotReadAnythingWhereNoBrokerAnswers() {
        try (ControlBus away = new KafkaControlBus(KafkaBusSettings.of("127.0.0.1:1"), REPORTS);
                KnownNodes alone = new KnownNodes(away, List.of("r:1"), metrics, SystemNanoClock.INSTANCE)) {
            assertFalse(alone.awaitRead(0));
            assertEquals(List.of("r:1"), alone.routers().endpoints());
        }
    }

    @Test
    void shouldTakeWhoSaysNothingMoreForItsTimeToLiveAsGone() {
        bus.say(router("dies:1"));
        bus.say(shard("dead:1", 64, 127, 7));
        for (int i = 1; i <= 6; i++) {
            assertEquals("dead", ownerOf(64));
            nowNs += INTERVAL_NS;
            bus.say(router("lives:1"));
            bus.say(shard("alive:1", 0, 63, 5));
        }
        assertEquals(List.of("lives:1"), nodes.routers().endpoints());
        assertNull(nodes.shards().ownerOf(64));
        assertEquals("alive", ownerOf(0));
        assertEquals(8, nodes.shards().nextAttempt(new ShardRange(64, 127), 1), "its attempt is not forgotten");
        assertEquals(2, metrics.sum("microphone_silent_nodes_total"));
        // It was only its link to the broker.
        bus.say(router("dies:1"));
        bus.say(shard("dead:1", 64, 127, 7));
        assertEquals(List.of("dies:1", "lives:1"), nodes.routers().endpoints());
        assertEquals("dead", ownerOf(64));
    }

    @Test
    void shouldNotMissAnybodyWhileTheBusIsSilent() {
        bus.say(router("r:1"));
        bus.say(shard("a:1", 0, 127, 5));
        for (int outage = 0; outage < 3; outage++) {
            nowNs += INTERVAL_NS / 10;
            bus.say(router("r:1"));
            bus.say(shard("a:1", 0, 127, 5));
            // The broker is away for an hour.
            nowNs += 3_600_000_000_000L;
            bus.say(shard("a:1", 0, 127, 5));
            assertEquals(List.of("r:1"), nodes.routers().endpoints());
        }
        // And a router that does not come back with the others is missed all the same.
        for (int i = 0; i < 6; i++) {
            nowNs += INTERVAL_NS;
            bus.say(shard("a:1", 0, 127, 5));
        }
        assertEquals(List.of(), nodes.routers().endpoints());
    }

    @Test
    void shouldForgetWhoEndsAtOnce() {
        bus.say(router("r:1"));
        bus.say(shard("a:1", 0, 63, 5));
        bus.say(router("r:1").down());
        bus.say(shard("a:1", 0, 63, 5).down());
        assertEquals(List.of(), nodes.routers().endpoints());
        assertNull(nodes.shards().ownerOf(0));
        assertEquals(0, metrics.sum("microphone_silent_nodes_total"));
    }

    @Test
    void shouldForgetWhatANodeHadBeforeItSaysThatItHasSomethingElse() {
        bus.say(shard("a:1", 0, 63, 5));
        // Killed, and one of three in place of two when it is there again.
        bus.say(shard("a:1", 0, 42, 6));
        assertEquals("a", ownerOf(42));
        assertNull(nodes.shards().ownerOf(43));
    }

    @Test
    void shouldTakeNothingForNewThatIsSaidAgain() {
        bus.say(router("r:1"));
        int version = nodes.routers().current().version();
        bus.say(shard("a:1", 0, 127, 5));
        // A bug, or two clocks; the later one of equals counts, and not each in turn.
        bus.say(shard("b:1", 0, 127, 5));
        bus.say(router("r:1"));
        bus.say(shard("a:1", 0, 127, 5));
        assertEquals(version, nodes.routers().current().version());
        assertEquals("b", ownerOf(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, 0, 999, 86_400_001})
    void shouldRefuseATimeToLiveThatMakesNoSense(int timeToLiveMs) {
        bus.say(router("r:1"), timeToLiveMs);
        bus.say(shard("a:1", 0, 127, 5), timeToLiveMs);
        assertEquals(List.of(), nodes.routers().endpoints());
        assertNull(nodes.shards().ownerOf(0));
        assertEquals(2, metrics.sum("microphone_link_messages_refused_total"));
    }

    @Test
    void shouldKnowARouterWhoseNameHasNoAddressAsSoonAsItHasOneAndThenForGood() {
        withoutAddress.add("late");
        bus.say(router("late:1"));
        bus.say(router("late:1"));
        assertEquals(List.of(), nodes.routers().endpoints());
        assertEquals(2, metrics.sum("microphone_link_messages_refused_total"));
        withoutAddress.clear();
        bus.say(router("late:1"));
        assertEquals(List.of("late:1"), nodes.routers().endpoints());
        withoutAddress.add("late");
        nowNs += INTERVAL_NS;
        bus.say(router("late:1"));
        assertEquals(List.of("late:1"), nodes.routers().endpoints());
    }

    @Test
    void shouldRefuseARouterWhoseEndpointIsNone() {
        bus.say(router("somewhere"));
        assertEquals(List.of(), nodes.routers().endpoints());
        assertEquals(1, metrics.sum("microphone_link_messages_refused_total"));
    }

    @Test
    void shouldRefuseWhatIsNoAnnouncement() {
        bus.say(new PluginResumed("p", 1));
        assertEquals(1, metrics.sum("microphone_link_messages_refused_total"));
    }

    @Test
    void shouldKeepToTheRoutersThatItIsTold() {
        try (KnownNodes told = new KnownNodes(bus, List.of("mine:1"), metrics, () -> nowNs)) {
            bus.say(router("other:1"));
            nowNs += INTERVAL_NS;
            bus.say(router("mine:1").down());
            assertEquals(List.of("mine:1"), told.routers().endpoints());
        }
    }
}
