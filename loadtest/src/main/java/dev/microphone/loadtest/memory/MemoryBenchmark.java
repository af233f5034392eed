package dev.microphone.loadtest.memory;

import dev.microphone.loadtest.report.JavaCommand;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.bench.Benchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** How much a process with all stages grows for each further stream: heap and all that is beside it. */
public final class MemoryBenchmark implements Benchmark {
    private static final List<Integer> STEPS = List.of(50, 250, 450);
    private static final String PLUGIN = "rnnoise";
    /** Fewer: each has a plugin's memory, and a tenth of real time is still work. */
    private static final List<Integer> PLUGIN_STEPS = List.of(20, 60, 100);

    private static final int TIMEOUT_SECONDS = 90;

    /** One line of the probe. */
    private record Reading(int streams, long heapBytes, long residentBytes) {
        static Reading parse(String line) {
            String[] fields = line.split(" ", -1);
            if (fields.length != 3) {
                throw new IllegalStateException("unexpected output of the memory probe: " + line);
            }
            return new Reading(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String description() {
        return "memory for each further live stream, all stages and a capture thread each, from " + STEPS.getFirst()
                + " to " + STEPS.getLast() + " streams in one process without plugins, and from "
                + PLUGIN_STEPS.getFirst() + " to " + PLUGIN_STEPS.getLast() + " with " + PLUGIN;
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!Files.isReadable(Path.of("/proc/self/smaps_rollup"))) {
            report.skipped("memory", "/proc/self/smaps_rollup cannot be read (Linux 4.14 or newer has it)");
            return;
        }
        passThrough(report, probe("none", STEPS));
        if (OfficialPlugins.names().contains(PLUGIN)) {
            withPlugin(report, probe(PLUGIN, PLUGIN_STEPS));
        } else {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
        }
        report.summary();
    }

    private static void passThrough(Report report, List<Reading> readings) {
        double heapKb = heapKb(readings);
        double besideKb = besideKb(readings);
        report.figure("each further stream", heapKb + besideKb, "KB", Target.atMost(128, "KB"));
        report.figure("  of it heap", "%.1f KB".formatted(heapKb));
        report.figure("  of it stacks, buffers, mapped files", "%.1f KB".formatted(besideKb));
        for (Reading reading : readings) {
            report.figure(
                    "  with " + reading.streams() + " streams",
                    "heap in use %.1f MB, resident %.1f MB (the heap's fixed size included)"
                            .formatted(reading.heapBytes() / 1e6, reading.residentBytes() / 1e6));
        }
        report.note("beside that, an agent has one backlog for all its streams, 16 MiB at most");
    }

    /** The plugin and all that the host keeps for it lies on the heap; what is beside it is the same as without. */
    private static void withPlugin(Report report, List<Reading> readings) {
        report.figure("heap of each further stream with " + PLUGIN, heapKb(readings), "KB", Target.atMost(512, "KB"));
        report.figure("  beside the heap", "%.1f KB".formatted(besideKb(readings)));
    }

    private static double heapKb(List<Reading> readings) {
        return growth(readings, Reading::heapBytes);
    }

    private static double besideKb(List<Reading> readings) {
        return growth(readings, Reading::residentBytes);
    }

    private static double growth(List<Reading> readings, ToLongFunction<Reading> bytes) {
        Reading first = readings.getFirst();
        Reading last = readings.getLast();
        return (bytes.applyAsLong(last) - bytes.applyAsLong(first))
                / (double) (last.streams() - first.streams())
                / 1024;
    }

    private static List<Reading> probe(String chain, List<Integer> steps) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(chain, steps))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                throw new IllegalStateException(
                        ended
                                ? "the memory probe ended with exit code " + process.exitValue()
                                : "the memory probe did not end within " + TIMEOUT_SECONDS + " s");
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return output.lines().map(Reading::parse).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> command(String chain, List<Integer> steps) {
        List<String> command = JavaCommand.withNeededFlags();
        // C1 alone: the memory that C2 takes while it compiles comes and goes, and would count as the streams'.
        command.addAll(
                List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MemoryProbe.class.getName()));
        command.add(chain);
        steps.forEach(step -> command.add(step.toString()));
        return command;
    }
}
