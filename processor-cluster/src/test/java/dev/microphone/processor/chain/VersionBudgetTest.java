package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VersionBudgetTest {
    private static final long WINDOW_NS = 1_000;
    private static final FaultPolicy POLICY = new FaultPolicy(5, 1, 3, WINDOW_NS);

    private final VersionBudget budget = new VersionBudget();

    private boolean spend(long streamId, long nowNs) {
        return budget.spend(streamId, nowNs, POLICY);
    }

    @Test
    void shouldBeSpentByTheLastOfSoManyStreams() {
        assertFalse(spend(1, 0));
        assertFalse(spend(2, 500));
        assertFalse(budget.isSpent());
        assertTrue(spend(3, 999));
        assertTrue(budget.isSpent());
    }

    @Test
    void shouldCountAStreamOnceHoweverOftenItFails() {
        for (int i = 0; i < 100; i++) {
            assertFalse(spend(1, i));
            assertFalse(spend(2, i));
        }
        assertFalse(budget.isSpent());
    }

    @Test
    void shouldForgetAStreamThatHasNotFailedForTheWindow() {
        spend(1, 0);
        spend(2, 1);
        spend(1, 600);

        assertFalse(spend(3, 1 + WINDOW_NS), "the second was too long ago, the first has failed again since");
        assertTrue(spend(2, 1_599));
    }

    @Test
    void shouldCountOnAClockThatBeginsBelowZero() {
        spend(1, Long.MIN_VALUE);
        spend(2, Long.MIN_VALUE + 1);

        assertTrue(spend(3, Long.MIN_VALUE + 2));
    }

    @Test
    void shouldSayOnceThatItIsSpent() {
        spend(1, 0);
        spend(2, 0);
        spend(3, 0);

        assertFalse(spend(4, 0));
        assertTrue(budget.isSpent());
    }

    @Test
    void shouldBeginAnewWhenRefilled() {
        spend(1, 0);
        spend(2, 0);
        spend(3, 0);

        budget.refill();

        assertFalse(budget.isSpent());
        assertFalse(spend(4, 1));
        assertFalse(spend(5, 1));
        assertTrue(spend(6, 1));
    }
}
