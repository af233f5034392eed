package dev.microphone.schemas.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginResumed;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InMemoryControlBusTest extends ControlBusContractTest {
    /** A process has one; a second one of the same events shares its topics. */
    private final MemoryTopic events = new MemoryTopic(false, 1_000);

    private final MemoryTopic nodes = new MemoryTopic(true, 0);

    private final MemoryTopic desired = new MemoryTopic(true, 0);

    @Override
    ControlBus open(Counts of) {
        return new InMemoryControlBus(of.reports(), events, nodes, desired);
    }

    @Override
    void inject(Topic topic, @Nullable String key, byte @Nullable [] value) {
        switch (topic) {
            case EVENTS -> events.append(key, value);
            case NODES -> nodes.append(key, value);
            case DESIRED -> desired.append(key, value);
        }
    }

    private static ControlMessage message(int number) {
        return new ControlMessage(number, "test", new PluginResumed("p", number));
    }

    @Test
    void shouldForgetTheOldestAndCountWhatASlowSubscriberMissed() throws Exception {
        MemoryTopic small = new MemoryTopic(false, 10);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        Heard slow = new Heard();
        try (ControlBus bus = new InMemoryControlBus(counts.reports(), small, nodes, desired)) {
            bus.subscribe(ControlBus.Since.NOW, message -> {
                slow.accept(message);
                first.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            bus.publish(message(0));
            first.await();
            for (int i = 1; i <= 25; i++) {
                bus.publish(message(i));
            }
            goOn.countDown();

            assertEquals(message(25), slow.next(11).get(10));
        }
        assertEquals(10, small.size());
        assertEquals(15, counts.of(BusCount.MISSED));
    }

    @Test
    void shouldKeepOneRecordForEachEntity() {
        for (int i = 0; i < 100; i++) {
            desired.append("stream/" + i % 3, new byte[] {1});
        }

        assertEquals(3, desired.size());
    }
}
