package dev.microphone.transport.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;

final class DataPathIdleStrategyTest {
    private final List<String> did = new ArrayList<>();
    private long nowNs;

    private final DataPathIdleStrategy strategy = new DataPathIdleStrategy(
            new IdleStrategy() {
                @Override
                public void idle(int workCount) {
                    throw new AssertionError("told apart already");
                }

                @Override
                public void idle() {
                    did.add("short");
                }

                @Override
                public void reset() {
                    did.add("work");
                }
            },
            () -> nowNs,
            parkNs -> did.add("park " + parkNs));

    private void round(long atNs, int workCount) {
        nowNs = atNs;
        strategy.idle(workCount);
    }

    @Test
    void shouldSleepLongerOnceNothingHasComeForLongerThanAFrame() {
        round(0, 0);
        round(29_999_999, 0);
        round(30_000_000, 0);
        round(50_000_000, 0);
        assertEquals(List.of("short", "short", "park 1000000", "park 1000000"), did);
    }

    @Test
    void shouldBeAwakeAgainWithTheFirstWork() {
        round(0, 0);
        round(40_000_000, 0);
        round(41_000_000, 2);
        round(41_000_001, 0);
        round(71_000_000, 0);
        round(71_000_001, 0);
        assertEquals(List.of("short", "park 1000000", "work", "short", "short", "park 1000000"), did);
    }

    @Test
    void shouldStayAwakeWhereAFrameComesEveryTwentyMillis() {
        for (int frame = 0; frame < 10; frame++) {
            round(frame * 20_000_000L, 1);
            round(frame * 20_000_000L + 1, 0);
            round(frame * 20_000_000L + 19_000_000, 0);
        }
        assertEquals(0, did.stream().filter(what -> what.startsWith("park")).count());
    }
}
