package dev.microphone.loadtest.scale;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Processor time of a process's threads, by their names as the system has them (15 characters), as Linux's scheduler counts
 * it. Threads of one name count together, and those that are not named here as {@value #OTHERS}.
 *
 * @param nsByThread processor time so far, ns; empty where the system does not tell
 * @see <a href="https://docs.kernel.org/scheduler/sched-stats.html">schedstat: the first number is time on the processor</a>
 */
record ThreadTimes(Map<String, Long> nsByThread) {
    static final String OTHERS = "others";

    /** Below that share of a core a thread is one of the others. */
    private static final double LEAST_SHARE = 0.01;

    static ThreadTimes of(long processId) {
        Map<String, Long> times = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + processId + "/task"))) {
            for (Path thread : threads) {
                add(thread, times);
            }
        } catch (IOException e) {
            // Not a Linux, or the process has ended: what it used is not told.
            return new ThreadTimes(Map.of());
        }
        return new ThreadTimes(times);
    }

    private static void add(Path thread, Map<String, Long> times) {
        try {
            String name = Files.readString(thread.resolve("comm")).strip();
            long usedNs = Long.parseLong(
                    Files.readString(thread.resolve("schedstat")).strip().split(" ", 2)[0]);
            times.merge(name, usedNs, Long::sum);
        } catch (IOException e) {
            // This thread has just ended.
        }
    }

    ThreadTimes since(ThreadTimes before) {
        Map<String, Long> used = new TreeMap<>();
        nsByThread.forEach((name, ns) -> used.put(name, ns - before.nsByThread.getOrDefault(name, 0L)));
        return new ThreadTimes(used);
    }

    long totalNs() {
        return nsByThread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The shares of a core, the largest first, as a person reads them. */
    String over(double seconds) {
        Map<String, Double> shares = new TreeMap<>();
        nsByThread.forEach((name, ns) -> {
            double share = ns / 1e9 / seconds;
            shares.merge(share < LEAST_SHARE ? OTHERS : name, share, Double::sum);
        });
        double all = shares.values().stream().mapToDouble(Double::doubleValue).sum();
        return "%.0f %% of a core: ".formatted(100 * all)
                + shares.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .map(share -> "%s %.0f".formatted(share.getKey(), 100 * share.getValue()))
                        .collect(Collectors.joining(", "));
    }
}
