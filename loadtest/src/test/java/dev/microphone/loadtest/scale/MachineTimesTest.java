package dev.microphone.loadtest.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class MachineTimesTest {
    @Test
    void shouldCountWhatAllProcessesUsedButNotWhatWasIdleOrStolen() {
        // The example of proc_stat(5), shortened: user nice system idle iowait irq softirq steal.
        MachineTimes times = MachineTimes.of("cpu  100 20 30 5000 7 1 2 40 0 0\ncpu0 50 10 15 2500 3 0 1 20 0 0\n");
        assertEquals(new MachineTimes(1_530_000_000L, 400_000_000L), times);
        assertEquals(
                new MachineTimes(530_000_000L, 100_000_000L),
                times.since(new MachineTimes(1_000_000_000L, 300_000_000L)));
    }
}
