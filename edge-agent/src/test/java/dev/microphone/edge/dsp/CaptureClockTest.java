package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import org.junit.jupiter.api.Test;

class CaptureClockTest {
    private static final long EPOCH_NS = 1_700_000_000_000_000_000L;
    private static final PcmFormat FORMAT = new PcmFormat(44_100, 1, SampleEncoding.S16);

    @Test
    void shouldUseTheBufferThatTheSampleWasIn() {
        CaptureClock clock = new CaptureClock(FORMAT);
        clock.onBuffer(0, EPOCH_NS);
        // 10 ms of audio, then a loss of one second.
        clock.onBuffer(882, EPOCH_NS + 1_010_000_000L);
        assertEquals(EPOCH_NS + 5_000_000, clock.captureTimeNs(240));
        assertEquals(EPOCH_NS + 1_010_000_000L, clock.captureTimeNs(480));
        assertEquals(EPOCH_NS + 1_015_000_000L, clock.captureTimeNs(720));
    }

    @Test
    void shouldNotDriftInAYear() {
        CaptureClock clock = new CaptureClock(FORMAT);
        long seconds = 365L * 86_400;
        clock.onBuffer(seconds * 88_200, EPOCH_NS);
        assertEquals(EPOCH_NS + 20_000_000, clock.captureTimeNs(seconds * 48_000 + 960));
    }

    @Test
    void shouldReachBackFromTheOldestBufferWhenThereWereManyTinyOnes() {
        CaptureClock clock = new CaptureClock(FORMAT);
        for (int i = 0; i < 1_000; i++) {
            clock.onBuffer(i * 2L, EPOCH_NS + i * 1_000_000_000L / 44_100);
        }
        assertTrue(Math.abs(clock.captureTimeNs(0) - EPOCH_NS) <= 50);
    }
}
