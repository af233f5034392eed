package dev.microphone.processor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControlEventsTest {
    private final Metrics metrics = new Metrics();
    private final List<ControlEvent> told = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    private static PluginFaulted event(long sequence) {
        return new PluginFaulted("p", "digest", 1, 1, sequence, 0, PluginFault.TRAP, "", PluginRecovery.FRESH, -1);
    }

    private long lost() {
        return metrics.sum("microphone_control_events_dropped_total");
    }

    @Test
    void shouldTellOfEachEventInOrderOnAThreadOfItsOwn() {
        Set<Thread> threads = new HashSet<>();
        List<ControlEvent> sent = LongStream.range(0, 1_000)
                .mapToObj(ControlEventsTest::event)
                .map(ControlEvent.class::cast)
                .toList();
        try (ControlEvents events = new ControlEvents(
                List.of(told::add, event -> threads.add(Thread.currentThread())), metrics, errors::add)) {
            sent.forEach(events::onEvent);
        }

        assertEquals(sent, told);
        assertEquals(1, threads.size());
        assertNotEquals(Set.of(Thread.currentThread()), threads);
        assertEquals(0, lost());
    }

    @Test
    void shouldTellTheOthersWhenAListenerThrows() {
        ControlEventListener broken = event -> {
            throw new IllegalStateException("broken");
        };
        try (ControlEvents events = new ControlEvents(List.of(broken, told::add), metrics, errors::add)) {
            events.onEvent(event(1));
            events.onEvent(event(2));
        }

        assertEquals(2, told.size());
        assertEquals(2, errors.size());
    }

    @Test
    void shouldCountWhatASlowListenerMakesItLose() throws InterruptedException {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ControlEventListener slow = event -> {
            listening.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (ControlEvents events = new ControlEvents(List.of(slow, told::add), metrics, errors::add)) {
            events.onEvent(event(0));
            listening.await();
            for (int i = 0; i < ControlEvents.CAPACITY + 3; i++) {
                events.onEvent(event(i));
            }
            goOn.countDown();
        }

        assertEquals(ControlEvents.CAPACITY + 1, told.size());
        assertEquals(3, lost());
    }
}
