package dev.microphone.schemas.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.desired.DesiredEntity;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginResumed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that really goes away, and comes back with what it held. */
// On a thread of its own: who waits in a loop is not ended by an interrupt.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BrokerOutageTest {
    private static final int MAX_WAITING = 1_000;

    private final Counts counts = new Counts();
    private final SenderStop senderStop = new SenderStop();

    /** Holds the sender's thread where it says that the broker does not answer: the client takes nothing from there on. */
    private final class SenderStop implements Consumer<String> {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile boolean isWanted;

        @Override
        public void accept(String message) {
            counts.messages.add(message);
            if (isWanted && message.contains("does not answer")) {
                stopped.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @BeforeEach
    void watchThreads() {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> counts.errors.add(error));
    }

    @AfterEach
    void leaveThreads() {
        Thread.setDefaultUncaughtExceptionHandler(null);
    }

    private static ControlMessage message(long number) {
        return new ControlMessage(number, "test", new PluginResumed("p", (int) number));
    }

    private static List<Long> numbers(List<ControlMessage> messages) {
        return messages.stream().map(ControlMessage::timeNs).toList();
    }

    private static List<Long> range(long from, long to) {
        List<Long> numbers = new ArrayList<>();
        for (long number = from; number < to; number++) {
            numbers.add(number);
        }
        return numbers;
    }

    private static void publish(ControlBus bus, long from, long to) {
        for (long number = from; number < to; number++) {
            bus.publish(message(number));
        }
    }

    @Test
    void shouldKeepWhatItHasRoomForInOrderAndGoOnByItself() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        boolean isBack = false;
        try {
            KafkaBusSettings settings = KafkaTests.settings(broker.bootstrapServers(), "outage.", MAX_WAITING);
            BusReports reports = new BusReports(
                    counts.reports().counts(), senderStop, counts.reports().errors());
            try (KafkaControlBus bus = new KafkaControlBus(settings, reports)) {
                Heard heard = new Heard();
                bus.subscribe(ControlBus.Since.NOW, heard).started().get(30, SECONDS);
                bus.desired().put("stream/a", entity("before")).get(30, SECONDS);
                publish(bus, 0, 100);
                assertEquals(range(0, 100), numbers(heard.next(100)));

                broker.stop();
                publish(bus, 100, 600);
                CompletableFuture<Void> change = bus.desired().put("stream/a", entity("during"));
                while (counts.messages.isEmpty()) {
                    Thread.onSpinWait();
                }
                assertTrue(counts.messages.get(0).contains("does not answer"), counts.messages.get(0));
                assertEquals(500, bus.waiting());
                assertFalse(change.isDone());
                assertEquals(entity("before"), bus.desired().get("stream/a"));

                broker.restart();
                assertEquals(range(100, 600), numbers(heard.next(500)), "nothing lost, in order");
                change.get(30, SECONDS);
                assertEquals(entity("during"), bus.desired().get("stream/a"));
                assertEquals(0, counts.of(BusCount.DROPPED));

                senderStop.isWanted = true;
                broker.stop();
                publish(bus, 600, 1_100);
                assertTrue(senderStop.stopped.await(60, SECONDS), counts::toString);
                long startNs = System.nanoTime();
                publish(bus, 1_100, 5_600);
                long publishedNs = System.nanoTime() - startNs;
                assertTrue(publishedNs < 5_000_000_000L, "publishing took " + publishedNs + " ns");
                assertEquals(MAX_WAITING, bus.waiting());
                assertEquals(4_000, counts.of(BusCount.DROPPED));
                senderStop.goOn.countDown();

                broker.restart();
                List<Long> kept = numbers(heard.next(MAX_WAITING));
                assertEquals(kept.stream().sorted().distinct().toList(), kept, "in order, none twice");
                long inTheClientsHands = kept.stream()
                        .filter(number -> number < 5_600 - MAX_WAITING)
                        .count();
                assertTrue(inTheClientsHands <= SendBuffer.MAX_UNACKNOWLEDGED, "the newest are kept, but for those");
                assertEquals(range(600, 600 + inTheClientsHands), kept.subList(0, (int) inTheClientsHands));
                assertEquals(
                        range(5_600 - MAX_WAITING + inTheClientsHands, 5_600),
                        kept.subList((int) inTheClientsHands, MAX_WAITING));
                assertEquals(4_000, counts.of(BusCount.DROPPED));
            }
            isBack = true;
            assertEquals(0, counts.of(BusCount.DROPPED_AT_CLOSE));
            assertEquals(5_600 - 4_000 + 2, counts.of(BusCount.SENT));
        } finally {
            senderStop.goOn.countDown();
            if (!isBack) {
                // Other tests use it too.
                broker.restart();
            }
        }
        assertEquals(List.of(), counts.errors);
    }

    private static DesiredEntity entity(String chain) {
        return new DesiredEntity(1, "a test", Map.of("chain", chain));
    }

    @Test
    void shouldOpenAndCloseInBoundedTimeWhereThereIsNoBroker() throws Exception {
        // Port 1 of loopback: nobody listens.
        KafkaBusSettings settings = KafkaTests.settings("127.0.0.1:1", "none.", MAX_WAITING);
        long startNs = System.nanoTime();
        CompletableFuture<Void> change;
        try (KafkaControlBus bus = new KafkaControlBus(settings, counts.reports())) {
            var unused = bus.subscribe(ControlBus.Since.NOW, new Heard());
            change = bus.desired().put("stream/a", entity("never"));
            publish(bus, 0, 10);
        }
        long tookNs = System.nanoTime() - startNs;

        assertTrue(tookNs < 8_000_000_000L, "took " + tookNs + " ns");
        assertTrue(change.isCompletedExceptionally());
        assertEquals(11, counts.of(BusCount.DROPPED_AT_CLOSE));
        assertEquals(
                "control bus: 11 events did not reach Kafka at 127.0.0.1:1 before the end",
                counts.messages.get(counts.messages.size() - 1));
        assertEquals(List.of(), counts.errors);
    }

    @Test
    void shouldGoOnTryingWhereTheBrokersNameIsNotKnownYet() {
        KafkaBusSettings settings = KafkaTests.settings("broker.invalid:9092", "none.", MAX_WAITING);
        try (KafkaControlBus bus = new KafkaControlBus(settings, counts.reports())) {
            bus.publish(message(1));
            while (counts.messages.isEmpty()) {
                Thread.onSpinWait();
            }
            assertTrue(counts.messages.get(0).contains("broker.invalid"), counts.messages.get(0));
            assertEquals(1, bus.waiting());
        }
        assertEquals(1, counts.of(BusCount.DROPPED_AT_CLOSE));
        assertEquals(List.of(), counts.errors);
    }
}
