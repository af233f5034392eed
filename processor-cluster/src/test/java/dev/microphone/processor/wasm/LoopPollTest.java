package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoopPollTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final LoopPoll poll = new LoopPoll();

    @Test
    void shouldRelaxTheLimitForTwoSecondsOnceArmed() {
        assertFalse(poll.isRelaxed(5 * SECOND_NS));

        poll.arm(5 * SECOND_NS);

        assertTrue(poll.isRelaxed(5 * SECOND_NS));
        assertTrue(poll.isRelaxed(7 * SECOND_NS - 1));
        assertFalse(poll.isRelaxed(7 * SECOND_NS));
    }

    @Test
    void shouldKeepALongerReliefWhenArmed() {
        poll.relax(30 * SECOND_NS);

        poll.arm(5 * SECOND_NS);

        assertTrue(poll.isRelaxed(30 * SECOND_NS - 1));
        assertFalse(poll.isRelaxed(30 * SECOND_NS));
    }

    @Test
    void shouldProlongAReliefThatIsAboutToEnd() {
        poll.relax(6 * SECOND_NS);

        poll.arm(5 * SECOND_NS);

        assertTrue(poll.isRelaxed(7 * SECOND_NS - 1));
    }

    @Test
    void shouldBeRelaxedAgainAfterItWasArmed() {
        poll.arm(5 * SECOND_NS);

        poll.relax(30 * SECOND_NS);

        assertTrue(poll.isRelaxed(29 * SECOND_NS));
    }
}
