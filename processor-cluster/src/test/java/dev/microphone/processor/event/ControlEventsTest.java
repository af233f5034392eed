package dev.microphone.processor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ControlEventsTest {
    private static final StreamName STREAM = new StreamName("test/here/desk/file");
    private static final long NOW_NS = 5;

    private final Metrics metrics = new Metrics();
    private final List<ControlMessage> told = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    private static PluginFaulted event(long sequence) {
        return new PluginFaulted("p", "digest", "", STREAM.streamId(), 1, sequence, 0, "trap", "", "fresh", -1);
    }

    /** As listeners are told of it. */
    private static ControlMessage message(long sequence) {
        return new ControlMessage(NOW_NS, "node", event(sequence).named(id -> STREAM.value()));
    }

    private ControlEvents start(List<Consumer<ControlMessage>> listeners) {
        StreamDirectory names = new StreamDirectory();
        names.add(STREAM);
        return new ControlEvents("node", names, () -> NOW_NS, listeners, metrics, errors::add);
    }

    private long lost() {
        return metrics.sum("microphone_control_events_dropped_total");
    }

    @Test
    void shouldTellOfEachEventInOrderOnAThreadOfItsOwn() {
        Set<Thread> threads = new HashSet<>();
        try (ControlEvents events = start(List.of(told::add, event -> threads.add(Thread.currentThread())))) {
            LongStream.range(0, 1_000).mapToObj(ControlEventsTest::event).forEach(events::onEvent);
        }

        assertEquals(
                LongStream.range(0, 1_000).mapToObj(ControlEventsTest::message).toList(), told);
        assertEquals(1, threads.size());
        assertNotEquals(Set.of(Thread.currentThread()), threads);
        assertEquals(0, lost());
    }

    @Test
    void shouldTellTheOthersWhenAListenerThrows() {
        Consumer<ControlMessage> broken = event -> {
            throw new IllegalStateException("broken");
        };
        try (ControlEvents events = start(List.of(broken, told::add))) {
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
        Consumer<ControlMessage> slow = event -> {
            listening.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (ControlEvents events = start(List.of(slow, told::add))) {
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
