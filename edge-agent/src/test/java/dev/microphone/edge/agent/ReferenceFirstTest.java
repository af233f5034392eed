package dev.microphone.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import org.junit.jupiter.api.Test;

class ReferenceFirstTest {
    private static final long MS = 1_000_000;

    private final FrameLog log = new FrameLog();
    private long nowNs;
    private final ReferenceFirst order = new ReferenceFirst(log, true, () -> nowNs);

    /** Frames of 5 ms. */
    private static Frame at(long captureTimeNs) {
        return new Frame().samplesPerChannel(240).captureTimeNs(captureTimeNs);
    }

    @Test
    void shouldHoldTheNearEndBackUntilTheFarEndOfTheSameTimeIsOnItsWay() {
        assertFalse(order.onNearEnd(at(0)));
        assertTrue(order.onFarEnd(at(-1)));
        assertFalse(order.onNearEnd(at(0)));
        log.full = true;
        assertFalse(order.onFarEnd(at(4 * MS)));
        assertFalse(order.onNearEnd(at(0)), "the far end has not gone yet");
        log.full = false;
        assertTrue(order.onFarEnd(at(4 * MS)));
        assertTrue(order.onNearEnd(at(0)));
        assertFalse(order.onNearEnd(at(5 * MS)));
        assertTrue(order.onFarEnd(at(9 * MS).flags(FrameFlags.END_OF_STREAM)));
        assertTrue(order.onNearEnd(at(1_000 * MS)), "nothing more will come");
        assertEquals(5, log.frames.size());
    }

    @Test
    void shouldGoOnWithoutAFarEndThatStaysAwayAndWaitAgainWhenItIsBack() {
        assertFalse(order.onNearEnd(at(0)));
        nowNs = ReferenceFirst.LIVE_WAIT_NS - 1;
        assertFalse(order.onNearEnd(at(0)));
        nowNs++;
        assertTrue(order.onNearEnd(at(0)));
        assertTrue(order.onNearEnd(at(5 * MS)), "nothing more is held back");
        order.onFarEnd(at(10 * MS));
        assertTrue(order.onNearEnd(at(10 * MS)));
        assertFalse(order.onNearEnd(at(15 * MS)), "back again: waited for");
        nowNs += ReferenceFirst.LIVE_WAIT_NS;
        assertTrue(order.onNearEnd(at(15 * MS)));
    }

    @Test
    void shouldWaitWithoutEndForAFile() {
        ReferenceFirst files = new ReferenceFirst(log, false, () -> nowNs);
        assertFalse(files.onNearEnd(at(0)));
        nowNs = Long.MAX_VALUE / 2;
        assertFalse(files.onNearEnd(at(0)));
    }

    @Test
    void shouldNotLetAFileRunFarAheadOfTheNearEnd() {
        ReferenceFirst files = new ReferenceFirst(log, false, () -> nowNs);
        long lastNs = ReferenceFirst.MAX_LEAD_NS;
        for (long ns = 0; ns <= lastNs; ns += 5 * MS) {
            assertTrue(files.onFarEnd(at(ns)), "at " + ns);
        }
        assertFalse(files.onFarEnd(at(lastNs + 5 * MS)));
        assertTrue(files.onNearEnd(at(5 * MS)));
        assertTrue(files.onFarEnd(at(lastNs + 5 * MS)));
        assertFalse(files.onFarEnd(at(lastNs + 10 * MS)));
        assertFalse(files.onNearEnd(at(2 * lastNs)), "the near end begins later: the far end may follow");
        assertTrue(files.onFarEnd(at(lastNs + 10 * MS)));
        files.release();
        assertTrue(files.onFarEnd(at(100 * lastNs)));
    }
}
