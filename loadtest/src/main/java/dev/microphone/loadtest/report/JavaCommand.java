package dev.microphone.loadtest.report;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start another JVM for a measurement. */
public final class JavaCommand {
    private JavaCommand() {}

    /** This JVM's {@code java}, with the flags that the program needs; those of memory and collector are left out. */
    public static List<String> withNeededFlags() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-XX:StackShadowPages"))
                .forEach(command::add);
        return command;
    }
}
