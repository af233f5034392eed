package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.InMemoryControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node knows before it says anything itself. */
final class KnownNodesTest {
    private static final BusReports REPORTS = new BusReports((what, number) -> {}, message -> {}, error -> {
        throw new AssertionError(error);
    });

    @Test
    void shouldHaveReadAllBeforeTheFirstAttemptIsChosenByAClockThatIsBehind() {
        try (ControlBus bus = new InMemoryControlBus(REPORTS)) {
            for (int attempt = 1; attempt <= 5_000; attempt++) {
                bus.publish(new ControlMessage(
                        attempt, "other", new ShardAnnounced("a:1", 0, 63, 128, 1_000 + attempt, 0, "up")));
            }
            bus.publish(new ControlMessage(1, "other", new RouterAnnounced("r:1", RouterAnnounced.UP)));
            try (KnownNodes nodes = new KnownNodes(bus, List.of(), new Metrics())) {
                assertTrue(nodes.awaitRead(KnownNodes.READ_TIMEOUT_MS));
                assertEquals(6_001, nodes.shards().nextAttempt(new ShardRange(0, 31), 7));
                assertEquals(List.of("r:1"), nodes.routers().endpoints());
            }
        }
    }

    @Test
    void shouldSayThatItHasNotReadAnythingWhereNoBrokerAnswers() {
        try (ControlBus bus = new KafkaControlBus(KafkaBusSettings.of("127.0.0.1:1"), REPORTS);
                KnownNodes nodes = new KnownNodes(bus, List.of("r:1"), new Metrics())) {
            assertFalse(nodes.awaitRead(0));
            assertEquals(List.of("r:1"), nodes.routers().endpoints());
        }
    }
}
