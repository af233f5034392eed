package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.shard.WaitingSnapshots.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Routers and time are moved by hand. */
final class WaitingSnapshotsTest {
    private final Map<Long, String> routers = new HashMap<>(Map.of(1L, "a", 2L, "b", 3L, "a"));
    private final Set<String> reading = new HashSet<>(Set.of("a", "b"));
    private final List<Long> pushed = new ArrayList<>();
    private final List<Long> stored = new ArrayList<>();
    private final WaitingSnapshots waiting = new WaitingSnapshots(new Downstream() {
        @Override
        public @Nullable String routerOf(long streamId) {
            return routers.get(streamId);
        }

        @Override
        public long position(long streamId) {
            return 0;
        }

        @Override
        public boolean isTaken(long streamId, String router, long position) {
            return reading.contains(router);
        }

        @Override
        public void pushThrough(long streamId) {
            pushed.add(streamId);
        }
    });

    private void add(long streamId) {
        waiting.add(new Waiting(streamId, 7, 9, new byte[0], routers.get(streamId), 0), 0);
    }

    private int poll(long nowNs) {
        return waiting.poll(nowNs, taken -> stored.add(taken.streamId()));
    }

    @Test
    void shouldNotHoldUpOthersForARouterThatDoesNotRead() {
        reading.remove("a");
        add(1);
        add(3);
        add(2);
        assertEquals(1, poll(1));
        assertEquals(0, poll(2));
        assertEquals(List.of(2L), stored);
        assertTrue(waiting.contains(1) && waiting.contains(3));
        assertFalse(waiting.contains(2));
        reading.add("a");
        poll(3);
        poll(4);
        assertEquals(List.of(2L, 1L, 3L), stored);
        assertFalse(waiting.contains(1));
    }

    @Test
    void shouldPushThroughARouterThatHasNothingMoreToRead() {
        reading.clear();
        add(1);
        add(2);
        poll(WaitingSnapshots.PUSH_INTERVAL_NS - 1);
        assertEquals(List.of(), pushed);
        poll(WaitingSnapshots.PUSH_INTERVAL_NS);
        assertEquals(Set.of(1L, 2L), new HashSet<>(pushed));
        poll(WaitingSnapshots.PUSH_INTERVAL_NS + 1);
        assertEquals(2, pushed.size());
    }

    @Test
    void shouldForgetOneWhoseStreamGoesToAnotherRouterNow() {
        add(1);
        routers.put(1L, "b");
        assertEquals(1, poll(1));
        assertEquals(List.of(), stored);
        assertFalse(waiting.contains(1));
    }
}
