package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReferenceGateTest {
    private static final long MS = 1_000_000;

    private long coveredUntilNs = Long.MIN_VALUE;
    private int stops;
    private final ReferenceGate gate =
            new ReferenceGate(() -> coveredUntilNs, () -> stops++, ReferenceGate.LIVE_WAIT_NS);

    @Test
    void shouldHoldBackUntilTheFarEndOfTheSameTimeIsOnItsWay() {
        assertFalse(gate.isOpen(10 * MS, 0));
        coveredUntilNs = 9 * MS;
        assertFalse(gate.isOpen(10 * MS, 5 * MS));
        coveredUntilNs = 10 * MS;
        assertTrue(gate.isOpen(10 * MS, 6 * MS));
        assertFalse(gate.isOpen(20 * MS, 10 * MS));
    }

    @Test
    void shouldGoOnWithoutAFarEndThatStaysAwayAndWaitAgainWhenItIsBack() {
        assertFalse(gate.isOpen(10 * MS, 0));
        assertFalse(gate.isOpen(10 * MS, ReferenceGate.LIVE_WAIT_NS - 1));
        assertTrue(gate.isOpen(10 * MS, ReferenceGate.LIVE_WAIT_NS));
        assertTrue(gate.isOpen(20 * MS, ReferenceGate.LIVE_WAIT_NS), "nothing more is held back");
        coveredUntilNs = 30 * MS;
        assertTrue(gate.isOpen(30 * MS, ReferenceGate.LIVE_WAIT_NS));
        assertFalse(gate.isOpen(40 * MS, ReferenceGate.LIVE_WAIT_NS + MS), "back again: waited for");
        assertTrue(gate.isOpen(40 * MS, 2 * ReferenceGate.LIVE_WAIT_NS + MS), "from then on anew");
    }

    @Test
    void shouldWaitWithoutEndForAFile() {
        ReferenceGate files = new ReferenceGate(() -> coveredUntilNs, () -> stops++, ReferenceGate.FILE_WAIT_NS);
        assertFalse(files.isOpen(10 * MS, -5 * MS));
        assertFalse(files.isOpen(10 * MS, Long.MAX_VALUE / 2));
        files.close();
        assertEquals(1, stops);
    }
}
