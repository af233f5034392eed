package dev.microphone.transport.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;

final class RestingIdleStrategyTest {
    private final List<Long> restsNs = new ArrayList<>();
    private final List<Integer> passedOn = new ArrayList<>();
    private long nowNs;

    private final RestingIdleStrategy strategy = new RestingIdleStrategy(
            new IdleStrategy() {
                @Override
                public void idle(int workCount) {
                    passedOn.add(workCount);
                }

                @Override
                public void idle() {
                    passedOn.add(-1);
                }

                @Override
                public void reset() {
                    passedOn.add(-2);
                }
            },
            8,
            () -> nowNs,
            restNs -> {
                restsNs.add(restNs);
                nowNs += restNs;
            });

    private void round(long roundNs, int workCount) {
        nowNs += roundNs;
        strategy.idle(workCount);
    }

    @Test
    void shouldLeaveShortRoundsToTheOtherStrategy() {
        round(10_000, 0);
        round(49_000, 3);
        assertEquals(List.of(0, 3), passedOn);
        assertEquals(List.of(), restsNs);
    }

    @Test
    void shouldRestAsLongAsALongRoundTookWithAndWithoutWork() {
        round(80_000, 5);
        round(60_000, 0);
        assertEquals(List.of(80_000L, 60_000L), restsNs);
    }

    @Test
    void shouldNotRestWhenARoundLeftSomethingBehind() {
        round(900_000, 8);
        round(900_000, 7);
        assertEquals(List.of(8), passedOn);
        assertEquals(List.of(250_000L), restsNs);
    }

    @Test
    void shouldBoundWhatARestAddsToADelay() {
        round(30_000_000, 1);
        assertEquals(List.of(250_000L), restsNs);
    }
}
