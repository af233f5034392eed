package dev.microphone.loadtest.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Processor time of the whole machine, since it started: where a measurement's own processes used less, others were at work
 * beside it, and its times are worth less.
 *
 * @param usedNs by all processes and the kernel; 0 where the system does not tell
 * @param stolenNs that a virtual machine wanted and its host gave to others
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</a>
 */
record MachineTimes(long usedNs, long stolenNs) {
    private static final Path STAT = Path.of("/proc/stat");
    /** USER_HZ, the same on all architectures that Java runs on. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    static MachineTimes now() {
        try {
            return of(Files.readString(STAT));
        } catch (IOException e) {
            return new MachineTimes(0, 0);
        }
    }

    /** @param stat whose first line is: cpu user nice system idle iowait irq softirq steal … */
    static MachineTimes of(String stat) {
        String[] ticks = stat.lines().findFirst().orElseThrow().split(" +", -1);
        long used = 0;
        for (int field : new int[] {1, 2, 3, 6, 7}) {
            used += Long.parseLong(ticks[field]);
        }
        return new MachineTimes(used * TICK_NS, Long.parseLong(ticks[8]) * TICK_NS);
    }

    MachineTimes since(MachineTimes before) {
        return new MachineTimes(usedNs - before.usedNs, stolenNs - before.stolenNs);
    }
}
