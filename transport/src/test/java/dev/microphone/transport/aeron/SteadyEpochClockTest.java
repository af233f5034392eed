package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.EpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class SteadyEpochClockTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    @Test
    void shouldGoOnFromTheTimeOfDayWithTheMonotonicClock() {
        AtomicLong nowNs = new AtomicLong(-5);
        EpochClock clock = new SteadyEpochClock(1_700_000_000_000L, nowNs::get);
        assertEquals(1_700_000_000_000L, clock.time());
        nowNs.addAndGet(1_999_999);
        assertEquals(1_700_000_000_001L, clock.time());
    }

    /** Why there is this clock: with the time of day, a step ends Aeron. */
    @Test
    @Timeout(30)
    void shouldBeNeededAsAeronClosesWhenItsClockSteps() {
        AtomicLong stepMs = new AtomicLong();
        AtomicReference<Throwable> told = new AtomicReference<>();
        try (MediaDriver driver = MediaDriver.launchEmbedded(EmbeddedMedia.driverContext());
                Aeron aeron = Aeron.connect(new Aeron.Context()
                        .aeronDirectoryName(driver.aeronDirectoryName())
                        .epochClock(() -> System.currentTimeMillis() + stepMs.get())
                        .errorHandler(told::set))) {
            assertFalse(aeron.isClosed());
            stepMs.set(HOUR_MS);
            while (!aeron.isClosed()) {
                Thread.onSpinWait();
            }
            assertNotNull(told.get());
        }
    }

    @Test
    void shouldBeTheClockOfDriverAndClient() {
        try (EmbeddedMedia media = EmbeddedMedia.launch(error -> {})) {
            assertSame(
                    SteadyEpochClock.class, media.aeron().context().epochClock().getClass());
            assertSame(
                    SteadyEpochClock.class,
                    EmbeddedMedia.driverContext().epochClock().getClass());
        }
    }
}
