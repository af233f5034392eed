package dev.microphone.schemas.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendBufferTest {
    private static Outgoing event(String key, int lengthBytes) {
        return Outgoing.event("events", key, new byte[lengthBytes - key.length()]);
    }

    private static Outgoing change(String key) {
        return Outgoing.change("desired", key, null, new CompletableFuture<>());
    }

    private static Outgoing announcement(String node, int number) {
        return Outgoing.announcement("nodes", node, new byte[] {(byte) number});
    }

    private static int number(Outgoing announcement) {
        return Objects.requireNonNull(announcement.value)[0];
    }

    private static List<String> keys(List<Outgoing> records) {
        return records.stream().map(record -> record.key).toList();
    }

    private static Outgoing take(SendBuffer buffer) throws InterruptedException {
        return Objects.requireNonNull(buffer.take(0));
    }

    @Test
    void shouldDropTheOldestThatWaitWhenThereAreTooMany() {
        SendBuffer buffer = new SendBuffer(3, 1_000);

        for (int i = 0; i < 3; i++) {
            assertEquals(0, buffer.offer(event("e" + i, 10)));
        }
        assertEquals(1, buffer.offer(event("e3", 10)));

        assertEquals(3, buffer.eventCount());
        assertEquals(List.of("e1", "e2", "e3"), keys(buffer.drain()));
    }

    @Test
    void shouldDropAsManyAsTheBytesOfANewOneNeed() {
        SendBuffer buffer = new SendBuffer(100, 100);
        for (int i = 0; i < 10; i++) {
            assertEquals(0, buffer.offer(event("e" + i, 10)));
        }

        assertEquals(3, buffer.offer(event("long", 25)));

        assertEquals(List.of("e3", "e4", "e5", "e6", "e7", "e8", "e9", "long"), keys(buffer.drain()));
    }

    @Test
    void shouldCountWhatIsNotAcknowledgedAndDropTheNewOneWhenThereIsNothingElse() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(2, 1_000);
        buffer.offer(event("a", 10));
        buffer.offer(event("b", 10));
        Outgoing first = take(buffer);
        take(buffer);

        assertEquals(1, buffer.offer(event("c", 10)));
        buffer.done(first);
        assertEquals(0, buffer.offer(event("d", 10)));

        assertEquals(List.of("b", "d"), keys(buffer.drain()));
    }

    @Test
    void shouldDropTheOldestThatWaitWhateverIsTakenMeanwhile() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(10, 1_000);
        int offered = 0;
        while (offered < 10) {
            assertEquals(0, buffer.offer(event("e" + offered++, 10)));
        }
        for (int i = 0; i < 3; i++) {
            assertEquals("e" + i, take(buffer).key);
        }
        while (offered < 14) {
            assertEquals(1, buffer.offer(event("e" + offered++, 10)));
        }
        assertEquals("e7", take(buffer).key);
        assertEquals("e8", take(buffer).key);
        while (offered < 17) {
            assertEquals(1, buffer.offer(event("e" + offered++, 10)));
        }

        assertEquals(List.of("e0", "e1", "e2", "e7", "e8", "e12", "e13", "e14", "e15", "e16"), keys(buffer.drain()));
    }

    @Test
    void shouldSendAgainInTheSameOrderWhatWasNotAcknowledged() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(10, 1_000);
        List<Outgoing> taken = new ArrayList<>();
        for (String key : List.of("a", "b", "c", "d", "e")) {
            buffer.offer(event(key, 10));
        }
        for (int i = 0; i < 4; i++) {
            taken.add(take(buffer));
        }
        buffer.done(taken.get(1));
        buffer.putBack(taken.get(3));

        assertEquals(2, buffer.putAllBack());

        assertEquals(List.of("a", "c", "d", "e"), keys(buffer.drain()));
        assertTrue(buffer.isEmpty());
    }

    @Test
    void shouldSendChangesFirstAndRefuseThemWhenTooManyWait() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(1, 1_000);
        buffer.offer(event("event", 10));
        for (int i = 0; i < SendBuffer.MAX_CHANGES; i++) {
            assertTrue(buffer.offerChange(change("c" + i)));
        }

        assertFalse(buffer.offerChange(change("one too many")));
        assertEquals(1, buffer.offer(event("newer", 10)), "changes are not dropped for an event");
        assertEquals("c0", take(buffer).key);
    }

    @Test
    void shouldGiveOutNoMoreThanAreKeptInOrder() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(1_000, 100_000);
        for (int i = 0; i < 600; i++) {
            buffer.offer(event("e", 10));
        }
        Outgoing first = take(buffer);
        for (int i = 1; i < SendBuffer.MAX_UNACKNOWLEDGED; i++) {
            take(buffer);
        }

        assertNull(buffer.take(0));
        buffer.done(first);
        assertEquals("e", take(buffer).key);
    }

    @Test
    void shouldKeepTheNewestAnnouncementOfEachNodeHoweverManyEventsComeAfterIt() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(2, 1_000);
        Outgoing first = announcement("a", 1);
        assertNull(buffer.offerAnnouncement(first));
        assertNull(buffer.offerAnnouncement(announcement("b", 2)));
        for (int i = 0; i < 10; i++) {
            buffer.offer(event("e" + i, 10));
        }
        assertEquals(first, buffer.offerAnnouncement(announcement("a", 3)));

        assertEquals(2, buffer.eventCount());
        assertEquals(3, number(take(buffer)));
        assertEquals(2, number(take(buffer)));
        assertEquals(List.of("e8", "e9"), keys(buffer.drain()).subList(2, 4));
    }

    @Test
    void shouldNotSendAnAnnouncementAgainWhoseNodeHasSaidSomethingNewer() throws InterruptedException {
        SendBuffer buffer = new SendBuffer(2, 1_000);
        buffer.offerAnnouncement(announcement("a", 1));
        buffer.offerAnnouncement(announcement("b", 2));
        take(buffer);
        take(buffer);
        buffer.offerAnnouncement(announcement("a", 3));

        assertEquals(2, buffer.putAllBack());

        assertEquals(
                List.of(2, 3),
                buffer.drain().stream().map(SendBufferTest::number).sorted().toList());
    }

    @Test
    void shouldRefuseAnnouncementsOfMoreNodesThanAProcessHas() {
        SendBuffer buffer = new SendBuffer(2, 1_000);
        for (int i = 0; i < SendBuffer.MAX_ANNOUNCEMENTS; i++) {
            assertNull(buffer.offerAnnouncement(announcement("node" + i, 1)));
        }
        Outgoing tooMany = announcement("another", 1);
        assertEquals(tooMany, buffer.offerAnnouncement(tooMany));
        buffer.offerAnnouncement(announcement("node0", 2));
        assertEquals(SendBuffer.MAX_ANNOUNCEMENTS, buffer.drain().size());
    }

    @Test
    void shouldTakeNothingMoreOnceClosed() {
        SendBuffer buffer = new SendBuffer(10, 1_000);
        buffer.close();

        assertEquals(-1, buffer.offer(event("a", 10)));
        assertFalse(buffer.offerChange(change("a")));
        Outgoing late = announcement("a", 1);
        assertEquals(late, buffer.offerAnnouncement(late));
    }
}
