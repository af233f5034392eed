package dev.microphone.loadtest.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the figures were measured on: a time without its machine means nothing. */
final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path LOAD_AVERAGE = Path.of("/proc/loadavg");

    private Machine() {}

    /** Processor, cores, system, JDK and the flags that change speed; a few lines. */
    static String describe() {
        Runtime runtime = Runtime.getRuntime();
        return "  machine  " + processor() + ", " + runtime.availableProcessors() + " cores, load " + load() + ", "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch")
                + "\n  jdk      " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")
                + ", heap at most " + runtime.maxMemory() / (1024 * 1024) + " MiB, " + collectors()
                + "\n  flags    " + flags();
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }

    /** The load of the last minute: on a machine that others use, times are worth less and ratios are not. */
    private static String load() {
        try {
            return Files.readString(LOAD_AVERAGE).split(" ", 2)[0];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(collector -> collector.getName())
                .collect(Collectors.joining(" + "));
    }

    private static String flags() {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-X") || flag.startsWith("--add-opens") || flag.startsWith("-Daeron"))
                .toList();
        return flags.isEmpty() ? "none" : String.join(" ", flags);
    }
}
