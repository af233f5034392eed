package dev.microphone.schemas.bus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.desired.DesiredEntity;
import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.event.Announcement;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.Gap;
import dev.microphone.schemas.event.PluginResumed;
import dev.microphone.schemas.event.RouterAnnounced;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every control bus does. */
@Timeout(60)
abstract class ControlBusContractTest {
    final Counts counts = new Counts();
    private final List<ControlBus> opened = new ArrayList<>();

    /** A process's bus; all of a test see the same events and the same state. */
    abstract ControlBus open(Counts of);

    /** Puts a record onto the topic that nobody here wrote. */
    abstract void inject(Topic topic, @Nullable String key, byte @Nullable [] value) throws Exception;

    enum Topic {
        EVENTS,
        NODES,
        DESIRED
    }

    final ControlBus bus() {
        ControlBus bus = open(counts);
        opened.add(bus);
        return bus;
    }

    @BeforeEach
    void watchThreads() {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> counts.errors.add(error));
    }

    @AfterEach
    void closeAll() {
        opened.forEach(ControlBus::close);
        Thread.setDefaultUncaughtExceptionHandler(null);
        assertEquals(List.of(), counts.errors);
    }

    private static ControlMessage gap(String stream, long sequence) {
        return new ControlMessage(sequence, "test", new Gap(stream, 1, 1, sequence, sequence, "router", "lost"));
    }

    private static Heard hear(ControlBus bus, ControlBus.Since since) throws Exception {
        Heard heard = new Heard();
        bus.subscribe(since, heard).started().get(20, SECONDS);
        return heard;
    }

    private static ControlMessage router(String endpoint, long timeNs) {
        return new ControlMessage(timeNs, "test", new RouterAnnounced(endpoint, RouterAnnounced.UP, 60_000));
    }

    private static void announce(ControlBus bus, ControlMessage message) {
        bus.announce(((Announcement) message.event()).nodeKey(), message);
    }

    private static Heard hearAnnouncements(ControlBus bus) throws Exception {
        Heard heard = new Heard();
        bus.subscribeToAnnouncements(heard).started().get(20, SECONDS);
        return heard;
    }

    private static DesiredEntity entity(String chain) {
        return new DesiredEntity(1, "a test", Map.of("chain", chain));
    }

    private static void done(CompletableFuture<Void> future) throws Exception {
        future.get(20, SECONDS);
    }

    @Test
    void shouldTellEachSubscriberOfEveryMessageInTheOrderOfItsKey() throws Exception {
        ControlBus bus = bus();
        Heard first = hear(bus, ControlBus.Since.NOW);
        Heard second = hear(bus, ControlBus.Since.NOW);
        List<ControlMessage> sent =
                IntStream.range(0, 300).mapToObj(i -> gap("t/s/d/" + i % 7, i)).toList();

        sent.forEach(bus::publish);

        for (Heard heard : List.of(first, second)) {
            List<ControlMessage> messages = heard.next(300);
            for (int stream = 0; stream < 7; stream++) {
                String key = "t/s/d/" + stream;
                assertEquals(ofKey(sent, key), ofKey(messages, key));
            }
        }
        assertEquals(300, counts.of(BusCount.PUBLISHED));
        assertEquals(600, counts.of(BusCount.DELIVERED));
        assertEquals(0, counts.of(BusCount.DROPPED));
    }

    private static List<ControlMessage> ofKey(List<ControlMessage> messages, String key) {
        return messages.stream()
                .filter(message -> message.event().key().equals(key))
                .toList();
    }

    @Test
    void shouldTellALateSubscriberOfWhatIsKeptOrOfWhatIsNewAsItAsks() throws Exception {
        ControlBus bus = bus();
        Heard early = hear(bus, ControlBus.Since.OLDEST_KEPT);
        bus.publish(gap("t/s/d/a", 1));
        assertEquals(List.of(gap("t/s/d/a", 1)), early.next(1));

        Heard all = hear(bus, ControlBus.Since.OLDEST_KEPT);
        Heard fresh = hear(bus, ControlBus.Since.NOW);
        bus.publish(gap("t/s/d/a", 2));

        assertEquals(List.of(gap("t/s/d/a", 1), gap("t/s/d/a", 2)), all.next(2));
        assertEquals(List.of(gap("t/s/d/a", 2)), fresh.next(1));
    }

    @Test
    void shouldSkipAndCountWhatItCannotRead() throws Exception {
        ControlBus bus = bus();
        Heard heard = hear(bus, ControlBus.Since.NOW);
        byte[] good = new EventCodec().encode(gap("t/s/d/a", 1));
        byte[] unknown = good.clone();
        unknown[5] ^= 1;

        inject(Topic.EVENTS, "t/s/d/a", unknown);
        inject(Topic.EVENTS, "t/s/d/a", Arrays.copyOf(good, good.length - 1));
        inject(Topic.EVENTS, null, new byte[] {1, 2, 3});
        inject(Topic.EVENTS, "t/s/d/a", null);
        inject(Topic.EVENTS, "t/s/d/a", new EventCodec().encode(entity("none")));
        inject(Topic.EVENTS, "t/s/d/a", good);

        // All of a key, but for the one without: its place is its partition's.
        assertEquals(List.of(gap("t/s/d/a", 1)), heard.next(1));
        while (counts.of(BusCount.BROKEN) < 4) {
            Thread.onSpinWait();
        }
        assertEquals(1, counts.of(BusCount.UNKNOWN_SCHEMA));
        assertEquals(4, counts.of(BusCount.BROKEN));
        assertEquals(1, counts.of(BusCount.DELIVERED));
    }

    @Test
    void shouldGoOnWhenASubscriberThrows() throws Exception {
        ControlBus bus = bus();
        Heard heard = new Heard();
        done(bus.subscribe(ControlBus.Since.NOW, message -> {
                    heard.accept(message);
                    throw new IllegalStateException("thrown");
                })
                .started());

        bus.publish(gap("t/s/d/a", 1));
        bus.publish(gap("t/s/d/a", 2));

        assertEquals(2, heard.next(2).size());
        while (counts.errors.size() < 2) {
            Thread.onSpinWait();
        }
        assertEquals("thrown", counts.errors.get(0).getMessage());
        counts.errors.clear();
    }

    @Test
    void shouldTellNothingMoreWhenASubscriptionIsClosed() throws Exception {
        ControlBus bus = bus();
        Heard closed = new Heard();
        Subscription subscription = bus.subscribe(ControlBus.Since.NOW, closed);
        done(subscription.started());
        Heard open = hear(bus, ControlBus.Since.NOW);
        bus.publish(gap("t/s/d/a", 1));
        assertEquals(1, closed.next(1).size());

        subscription.close();
        bus.publish(gap("t/s/d/a", 2));

        assertEquals(2, open.next(2).size());
        assertEquals(0, closed.waiting());
    }

    @Test
    void shouldLetASubscriberEndItsOwnSubscription() throws Exception {
        ControlBus bus = bus();
        Heard heard = new Heard();
        CompletableFuture<Subscription> own = new CompletableFuture<>();
        Subscription subscription = bus.subscribe(ControlBus.Since.NOW, message -> {
            heard.accept(message);
            own.join().close();
        });
        own.complete(subscription);
        done(subscription.started());
        Heard other = hear(bus, ControlBus.Since.NOW);

        for (int i = 0; i < 5; i++) {
            bus.publish(gap("t/s/d/a", i));
        }

        assertEquals(5, other.next(5).size());
        assertEquals(1, heard.next(1).size());
        assertEquals(0, heard.waiting());
    }

    @Test
    void shouldNeitherBlockNorThrowWhenPublishingAfterTheClose() {
        ControlBus bus = bus();
        bus.close();

        assertDoesNotThrow(() -> bus.publish(gap("t/s/d/a", 1)));
        assertEquals(1, counts.of(BusCount.DROPPED_AT_CLOSE));
        assertThrows(Exception.class, () -> done(bus.desired().put("stream/a", entity("none"))));
    }

    @Test
    void shouldRefuseAndCountAMessageThatIsTooLong() throws Exception {
        ControlBus bus = bus();
        Heard heard = hear(bus, ControlBus.Since.NOW);

        bus.publish(new ControlMessage(1, "test", new PluginResumed("x".repeat(RecordLimits.MAX_RECORD_BYTES), 1)));
        bus.publish(gap("t/s/d/a", 1));

        assertEquals(List.of(gap("t/s/d/a", 1)), heard.next(1));
        assertEquals(1, counts.of(BusCount.REFUSED));
        assertThrows(
                Exception.class,
                () -> done(bus.desired().put("stream/a", entity("x".repeat(RecordLimits.MAX_RECORD_BYTES)))));
    }

    @Test
    void shouldShowTheLatestWordOnEachEntityToWhoComesLate() throws Exception {
        DesiredState early = bus().desired();
        done(early.loaded());
        done(early.put("stream/a", entity("one")));
        done(early.put("stream/b", entity("two")));
        done(early.put("stream/a", entity("three")));
        done(early.put("stream/gone", entity("four")));
        done(early.remove("stream/gone"));

        assertEquals(entity("three"), early.get("stream/a"), "its own writing is read");

        DesiredState late = bus().desired();
        done(late.loaded());

        Map<String, DesiredEntity> expected = Map.of("stream/a", entity("three"), "stream/b", entity("two"));
        assertEquals(expected, late.snapshot());
        assertEquals(expected, early.snapshot());
        assertNull(late.get("stream/gone"));
    }

    @Test
    void shouldTellAWatcherWhatThereIsThenEachChangeInOrder() throws Exception {
        DesiredState state = bus().desired();
        done(state.loaded());
        done(state.put("stream/a", entity("one")));
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

        try (AutoCloseable watch = state.watch((id, entity) -> told.add(
                id + "=" + (entity == null ? "removed" : entity.settings().get("chain"))))) {
            Objects.requireNonNull(watch);
            assertEquals("stream/a=one", told.poll(20, SECONDS));
            done(state.put("stream/a", entity("two")));
            done(state.remove("stream/a"));
            assertEquals("stream/a=two", told.poll(20, SECONDS));
            assertEquals("stream/a=removed", told.poll(20, SECONDS));
        }
        done(state.put("stream/a", entity("three")));
        assertTrue(told.isEmpty());
    }

    @Test
    void shouldTellWhoComesLateTheNewestOfEachNodeAndThenWhatComes() throws Exception {
        ControlBus bus = bus();
        Heard early = hearAnnouncements(bus);
        announce(bus, router("a:1", 1));
        announce(bus, router("b:1", 2));
        announce(bus, router("a:1", 3));
        hearNewest(early, router("a:1", 3), router("b:1", 2));

        Heard late = hearAnnouncements(bus());
        hearNewest(late, router("a:1", 3), router("b:1", 2));
        announce(bus, router("b:1", 4));
        assertEquals(List.of(router("b:1", 4)), late.next(1));
        assertEquals(0, counts.of(BusCount.DROPPED));
    }

    /** Of each node; between nodes there is no order. */
    private static void hearNewest(Heard heard, ControlMessage... expected) throws InterruptedException {
        Map<String, ControlMessage> newest = new HashMap<>();
        while (!newest.values().containsAll(List.of(expected))) {
            ControlMessage message = heard.next(1).get(0);
            newest.put(message.event().key(), message);
        }
    }

    @Test
    void shouldKeepAnnouncementsAndEventsApart() throws Exception {
        ControlBus bus = bus();
        Heard events = hear(bus, ControlBus.Since.NOW);
        Heard announcements = hearAnnouncements(bus);

        announce(bus, router("a:1", 1));
        bus.publish(gap("t/s/d/a", 2));
        announcements.until(router("a:1", 1));
        assertEquals(List.of(gap("t/s/d/a", 2)), events.next(1));
        announce(bus, router("a:1", 3));
        bus.publish(gap("t/s/d/a", 4));

        assertEquals(List.of(gap("t/s/d/a", 4)), events.next(1));
        assertEquals(List.of(router("a:1", 3)), announcements.next(1));
    }

    @Test
    void shouldSkipAndCountAnAnnouncementThatItCannotRead() throws Exception {
        ControlBus bus = bus();
        Heard heard = hearAnnouncements(bus);

        inject(Topic.NODES, "router/x:1", new byte[] {1, 2, 3});
        inject(Topic.NODES, "router/y:1", null);
        announce(bus, router("a:1", 1));

        assertEquals(List.of(router("a:1", 1)), heard.next(1));
        assertEquals(2, counts.of(BusCount.BROKEN));
    }

    @Test
    void shouldCountAnAnnouncementAfterTheClose() {
        ControlBus bus = bus();
        bus.close();

        assertDoesNotThrow(() -> announce(bus, router("a:1", 1)));
        assertEquals(1, counts.of(BusCount.DROPPED_AT_CLOSE));
    }

    @Test
    void shouldKeepTheValueOfBeforeWhenAnEntityCannotBeRead() throws Exception {
        DesiredState state = bus().desired();
        done(state.put("stream/a", entity("one")));

        inject(Topic.DESIRED, "stream/a", new byte[] {1, 2, 3});
        done(state.put("stream/b", entity("two")));

        assertEquals(Map.of("stream/a", entity("one"), "stream/b", entity("two")), state.snapshot());
        assertEquals(1, counts.of(BusCount.BROKEN));
    }
}
