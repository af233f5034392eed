package dev.microphone.loadtest.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class ThreadTimesTest {
    private static final long BURNT_NS = 50_000_000;

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldCountWhatAThreadUsedUnderItsName() throws InterruptedException {
        long processId = ProcessHandle.current().pid();
        ThreadTimes before = ThreadTimes.of(processId);
        ThreadTimes[] after = new ThreadTimes[1];
        Thread burner = new Thread(
                () -> {
                    while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < BURNT_NS) {
                        Thread.onSpinWait();
                    }
                    after[0] = ThreadTimes.of(processId);
                },
                "burner");
        burner.start();
        burner.join();
        long usedNs = after[0].since(before).nsByThread().getOrDefault("burner", 0L);
        // The scheduler's own count may be a tick behind.
        assertTrue(usedNs >= BURNT_NS / 2 && usedNs < 100 * BURNT_NS, () -> usedNs + " ns");
    }

    @Test
    void shouldNameTheLargestFirstAndPutTheSmallTogether() {
        ThreadTimes times = new ThreadTimes(Map.of("task", 300_000_000L, "media", 900_000_000L, "x", 1L, "y", 2L));
        assertEquals("60 % of a core: media 45, task 15, others 0", times.over(2));
    }
}
