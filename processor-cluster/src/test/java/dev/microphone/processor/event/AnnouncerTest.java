package dev.microphone.processor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.schemas.event.Announcement;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.schemas.event.ShardAnnounced;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clocks are moved by hand. */
final class AnnouncerTest {
    private static final long INTERVAL_NS = 10_000_000_000L;
    private static final RouterAnnounced ROUTER = new RouterAnnounced("r:1", RouterAnnounced.UP);
    private static final ShardAnnounced SHARD = new ShardAnnounced("a:1", 0, 127, 128, 5, 2, ShardAnnounced.UP);

    private final ArrayDeque<ControlMessage> announced = new ArrayDeque<>();
    private final List<ControlEvent> events = new ArrayList<>();
    private long nowNs;
    private long timeNs = 7;
    private final Announcer announcer =
            new Announcer("desk", this::onAnnounced, events::add, null, () -> nowNs, () -> timeNs);

    private void onAnnounced(String nodeKey, ControlMessage message) {
        assertEquals(((Announcement) message.event()).nodeKey(), nodeKey);
        announced.add(message);
    }

    private void assertHeard(Announcement... expected) {
        for (Announcement announcement : expected) {
            assertEquals(new ControlMessage(timeNs, "desk", announcement), announced.poll());
        }
    }

    @Test
    void shouldSayOfEachNodeAgainAndAgainThatItIsThereUntilItEnds() {
        RouterAnnounced router = ROUTER.withTimeToLiveMs(60_000);
        ShardAnnounced shard = SHARD.withTimeToLiveMs(60_000);
        announcer.up(ROUTER);
        assertHeard(router);
        announcer.up(SHARD);
        assertHeard(shard);
        nowNs = INTERVAL_NS - 1;
        assertEquals(0, announcer.doWork());

        nowNs = INTERVAL_NS;
        timeNs = 8;
        assertEquals(2, announcer.doWork());
        assertHeard(router, shard);
        assertEquals(0, announcer.doWork());

        announcer.down(ROUTER);
        assertHeard(new RouterAnnounced("r:1", RouterAnnounced.DOWN));
        nowNs = 2 * INTERVAL_NS;
        timeNs = 9;
        assertEquals(1, announcer.doWork());
        assertHeard(shard);
        assertEquals(0, announced.size());
    }

    @Test
    void shouldMakeAnEventOfEachBeginningAndEndAndOfNothingElse() {
        announcer.up(ROUTER);
        nowNs = INTERVAL_NS;
        announcer.doWork();
        announcer.down(ROUTER);
        assertEquals(List.of(ROUTER, new RouterAnnounced("r:1", RouterAnnounced.DOWN)), events);
    }

    @Test
    void shouldSayOnceThatNothingIsAtAPlaceAndMakeNoEventOfIt() {
        announcer.nothingAt(SHARD);
        assertHeard(SHARD.down());
        nowNs = INTERVAL_NS;
        assertEquals(0, announcer.doWork());
        assertEquals(List.of(), events);
    }

    @Test
    void shouldSayOfANodeOnlyWhatItIsNow() {
        ShardAnnounced next = new ShardAnnounced("a:1", 0, 42, 128, 6, 2, ShardAnnounced.UP);
        announcer.up(SHARD);
        announcer.up(next);
        nowNs = INTERVAL_NS;
        assertEquals(1, announcer.doWork());
        assertHeard(SHARD.withTimeToLiveMs(60_000), next.withTimeToLiveMs(60_000), next.withTimeToLiveMs(60_000));
    }
}
