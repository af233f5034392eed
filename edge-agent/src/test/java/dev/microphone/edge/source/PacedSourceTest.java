package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.ClockQuality;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedSourceTest extends AudioSourceContractTest {
    private static final long START_NS = 5_000_000_000L;
    private static final long WALL_START_NS = 1_700_000_000_000_000_000L;
    private static final int TEN_MS_LENGTH = 480 * 4;

    private final AtomicLong nowNs = new AtomicLong(START_NS);

    private AudioSource paced(String tone) throws SourceException {
        return new PacedSource(SourceUri.parse(tone).open(), false, nowNs::get, () -> WALL_START_NS, nowNs::addAndGet);
    }

    @Override
    AudioSource open() throws SourceException {
        return paced("tone:?seconds=0.1&pace=fast");
    }

    @Override
    AudioSource openLong() throws SourceException {
        return paced("tone:?pace=fast");
    }

    private long elapsedNs() {
        return nowNs.get() - START_NS;
    }

    @Test
    void shouldDeliverWhenTheLastSampleWouldHaveBeenHeard() throws SourceException {
        try (AudioSource source = paced("tone:?pace=fast")) {
            byte[] target = new byte[TEN_MS_LENGTH];
            source.read(target, 0, TEN_MS_LENGTH);
            assertEquals(10_000_000L, elapsedNs());
            assertEquals(WALL_START_NS, source.captureTimeNs());
            source.read(target, 0, TEN_MS_LENGTH / 2);
            assertEquals(15_000_000L, elapsedNs());
            assertEquals(WALL_START_NS + 10_000_000L, source.captureTimeNs());
            assertEquals(ClockQuality.FREE_RUNNING, source.clockQuality());
        }
    }

    @Test
    void shouldCatchUpAndKeepTheScheduleWhenTheReaderWasLate() throws SourceException {
        try (AudioSource source = paced("tone:?pace=fast")) {
            byte[] target = new byte[TEN_MS_LENGTH];
            source.read(target, 0, TEN_MS_LENGTH);
            nowNs.addAndGet(25_000_000L);
            source.read(target, 0, TEN_MS_LENGTH);
            source.read(target, 0, TEN_MS_LENGTH);
            assertEquals(35_000_000L, elapsedNs());
            source.read(target, 0, TEN_MS_LENGTH);
            assertEquals(40_000_000L, elapsedNs());
            assertEquals(WALL_START_NS + 30_000_000L, source.captureTimeNs());
        }
    }

    @Test
    void shouldNotDriftWhenThePeriodIsNoWholeNumberOfNanoseconds() throws SourceException {
        try (AudioSource source = paced("tone:?rate=44100&pace=fast")) {
            byte[] target = new byte[4 * 7];
            for (int i = 0; i < 44_100; i++) {
                source.read(target, 0, target.length);
            }
            assertEquals(7_000_000_000L, elapsedNs());
        }
    }

    @Test
    void shouldStopWaitingWhenItsThreadIsInterrupted() throws SourceException {
        try (AudioSource source = paced("tone:?pace=fast")) {
            Thread.currentThread().interrupt();
            int read = source.read(new byte[TEN_MS_LENGTH], 0, TEN_MS_LENGTH);
            assertTrue(Thread.interrupted());
            assertEquals(TEN_MS_LENGTH, read);
            assertEquals(0, elapsedNs());
        }
    }
}
