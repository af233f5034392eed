package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.Map;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class BusyTimeTest {
    private static final String THREAD = "busy-time-test";

    private long threadTimeNs;

    @BeforeEach
    void switchOn() {
        System.setProperty(BusyTime.PROPERTY, "true");
    }

    @AfterEach
    void switchOff() {
        System.clearProperty(BusyTime.PROPERTY);
    }

    private static EmbeddedMedia launch() {
        return EmbeddedMedia.launch(error -> fail(error));
    }

    private static Map<String, Long> read() throws IOException {
        try (BusyTimes times = BusyTimes.of(ProcessHandle.current().pid())) {
            return times.read();
        }
    }

    @Test
    void shouldCountRoundsWithWorkOnly() throws IOException {
        try (EmbeddedMedia media = launch()) {
            BusyTime busyTime = new BusyTime(NoOpIdleStrategy.INSTANCE, () -> threadTimeNs);
            busyTime.count(media.aeron(), THREAD);
            // The first round has no beginning.
            threadTimeNs = 1_000;
            busyTime.idle(1);
            threadTimeNs += 30;
            busyTime.idle(2);
            threadTimeNs += 500;
            busyTime.idle(0);
            threadTimeNs += 7;
            busyTime.idle(1);
            assertEquals(37, read().get(THREAD));
        }
    }

    @Test
    @Timeout(20)
    void shouldMeasureAMediaDriversOwnThread() throws IOException {
        try (EmbeddedMedia media = launch()) {
            long before = read().getOrDefault("media", 0L);
            while (read().getOrDefault("media", 0L) == before) {
                media.aeron()
                        .addCounter(BusyTime.COUNTER_TYPE + 1, "something to do")
                        .close();
            }
        }
    }

    @Test
    void shouldNotStandInBetweenWhenItIsOff() {
        switchOff();
        try (EmbeddedMedia media = launch()) {
            IdleStrategy idle = new NoOpIdleStrategy();
            assertSame(idle, BusyTime.of(idle, media.aeron(), THREAD));
        }
    }

    @Test
    void shouldSayWhenAProcessHasNoMediaDriver() {
        assertThrows(IOException.class, () -> BusyTimes.of(Integer.MAX_VALUE));
    }
}
