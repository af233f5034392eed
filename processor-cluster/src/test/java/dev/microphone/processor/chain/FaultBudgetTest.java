package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FaultBudgetTest {
    private final FaultBudget budget = new FaultBudget(new FaultPolicy(3, 1_000));

    @Test
    void shouldBeSpentByThatManyFaultsWithinTheWindow() {
        assertFalse(budget.spend(-100));
        assertFalse(budget.spend(400));
        assertTrue(budget.spend(899));
    }

    @Test
    void shouldForgetFaultsOlderThanTheWindow() {
        assertFalse(budget.spend(0));
        assertFalse(budget.spend(900));
        assertFalse(budget.spend(1_000));
        assertFalse(budget.spend(1_900));
        assertTrue(budget.spend(1_999));
    }

    @Test
    void shouldBeFullAgainWhenRefilled() {
        budget.spend(0);
        budget.spend(1);
        budget.refill();

        assertFalse(budget.spend(2));
        assertFalse(budget.spend(3));
        assertTrue(budget.spend(4));
    }
}
