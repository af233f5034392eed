package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Routers and time are moved by hand. */
final class DeliveryMarksTest {
    private static final int STREAMS = 10;
    private static final int MARKS = 100_000;

    private final Map<Long, String> routers = new HashMap<>(Map.of(1L, "a", 2L, "b", 3L, "a"));
    private final Map<String, Long> sent = new HashMap<>(Map.of("a", 0L, "b", 0L));
    private final Map<String, Long> taken = new HashMap<>(Map.of("a", 0L, "b", 0L));
    private final List<Long> pushed = new ArrayList<>();
    private final List<String> delivered = new ArrayList<>();
    private long nowNs;
    private final DeliveryMarks marks = new DeliveryMarks(
            new DeliveryMarks.Routers() {
                @Override
                public @Nullable String routerOf(long streamId) {
                    return routers.get(streamId);
                }

                @Override
                public long position(long streamId) {
                    return sent.getOrDefault(routers.get(streamId), -1L);
                }

                @Override
                public boolean isTaken(long streamId, String router, long position) {
                    return taken.getOrDefault(router, -1L) >= position;
                }

                @Override
                public void pushThrough(long streamId) {
                    pushed.add(streamId);
                }
            },
            0);

    private void send(long streamId, long sequence) {
        sent.merge(routers.get(streamId), 1L, Long::sum);
        marks.set(streamId, 7, sequence);
    }

    private void take(String router) {
        taken.put(router, sent.get(router));
    }

    private void poll() {
        nowNs += DeliveryMarks.CHECK_INTERVAL_NS;
        marks.poll(nowNs, (streamId, epoch, sequence) -> delivered.add(streamId + ":" + epoch + ":" + sequence));
    }

    @Test
    void shouldTellOfNothingThatTheRouterHasNotTaken() {
        send(1, 5);
        send(2, 9);
        poll();
        assertEquals(List.of(), delivered);
        take("b");
        poll();
        assertEquals(List.of("2:7:9"), delivered);
        // What comes later does not push back what waits.
        send(1, 6);
        taken.put("a", 1L);
        poll();
        assertEquals(List.of("2:7:9", "1:7:5"), delivered);
        marks.set(1, 7, 6);
        poll();
        assertEquals(2, delivered.size());
        take("a");
        poll();
        assertEquals(List.of("2:7:9", "1:7:5", "1:7:6"), delivered);
    }

    @Test
    void shouldTellAgainOfTheLastFrameOfAStreamThatIsSilent() {
        send(1, 5);
        take("a");
        poll();
        marks.set(1, 7, 5);
        poll();
        assertEquals(List.of("1:7:5", "1:7:5"), delivered);
    }

    @Test
    void shouldNotTellOfAStreamThatGoesToAnotherRouterNow() {
        send(1, 5);
        routers.put(1L, "b");
        take("a");
        take("b");
        poll();
        assertEquals(List.of(), delivered);
        send(1, 6);
        take("b");
        poll();
        assertEquals(List.of("1:7:6"), delivered);
    }

    @Test
    void shouldTellOfNothingWhileThereIsNoRouter() {
        routers.clear();
        marks.set(1, 7, 5);
        poll();
        assertEquals(List.of(), delivered);
    }

    @Test
    void shouldHaveEachRouterThatHasNothingMoreToReadSayHowFarItIs() {
        send(1, 5);
        send(3, 5);
        send(2, 5);
        while (nowNs < DeliveryMarks.PUSH_INTERVAL_NS - DeliveryMarks.CHECK_INTERVAL_NS) {
            poll();
        }
        assertEquals(List.of(), pushed);
        poll();
        assertEquals(
                List.of("a", "b"), pushed.stream().map(routers::get).sorted().toList());
        poll();
        assertEquals(2, pushed.size());
    }

    @Test
    void shouldTellOfAStreamThatHasEndedMeanwhileAndThenForgetIt() {
        send(1, 5);
        marks.beginRound();
        poll();
        take("a");
        poll();
        assertEquals(List.of("1:7:5"), delivered);
        poll();
        assertEquals(0, marks.size());
    }

    @Test
    void shouldAllocateNothingForAStreamThatItKnows() {
        long[] lastSequence = new long[1];
        DeliveryMarks.Routers endless = new DeliveryMarks.Routers() {
            @Override
            public String routerOf(long streamId) {
                return "a";
            }

            @Override
            public long position(long streamId) {
                return 1;
            }

            @Override
            public boolean isTaken(long streamId, String router, long position) {
                return streamId % 2 == 0;
            }

            @Override
            public void pushThrough(long streamId) {}
        };
        DeliveryMarks steady = new DeliveryMarks(endless, 0);
        DeliveryMarks.Delivered last = (streamId, epoch, sequence) -> lastSequence[0] = sequence;
        // What is allocated a mark is so in every round; what is only until the JIT is done, in the first ones.
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < 5 && allocated >= MARKS; round++) {
            long before = allocatedBytes();
            for (int sequence = 0; sequence < MARKS / STREAMS; sequence++) {
                nowNs += DeliveryMarks.CHECK_INTERVAL_NS;
                steady.beginRound();
                for (long streamId = 0; streamId < STREAMS; streamId++) {
                    steady.set(streamId, 7, sequence);
                }
                steady.poll(nowNs, last);
            }
            allocated = allocatedBytes() - before;
        }
        assertTrue(allocated < MARKS, allocated + " bytes for " + MARKS + " marks");
        assertEquals(MARKS / STREAMS - 1, lastSequence[0]);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
