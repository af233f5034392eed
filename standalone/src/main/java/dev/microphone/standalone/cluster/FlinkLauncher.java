package dev.microphone.standalone.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts Flink's processes from this program's own class path, with the flags for Java that they need. Any thread.
 *
 * @param folder for their logs, and an empty one for Flink's plugins
 * @param configDirectory where Flink's settings are
 * @param javaOptions more of them, for each process
 */
record FlinkLauncher(Path folder, Path configDirectory, List<String> javaOptions) {
    /**
     * Starts one.
     *
     * @param kind {@link FlinkProcess#JOB_MANAGER} or {@link FlinkProcess#TASK_MANAGER}
     * @param name of its log
     */
    Process launch(String kind, String name) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (kind.equals(FlinkProcess.JOB_MANAGER) ? "384m" : "640m"),
                "-XX:+UseG1GC",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS"));
        for (String opened : List.of(
                "jdk.internal.misc",
                "java.lang",
                "java.util",
                "java.util.concurrent",
                "java.net",
                "java.nio",
                "sun.nio.ch")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        if (kind.equals(FlinkProcess.JOB_MANAGER)) {
            // It is not on the data path, and with C2 it takes a third of a core for its own compiling, for minutes.
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                FlinkProcess.class.getName(),
                kind,
                String.valueOf(ProcessHandle.current().pid()),
                "--configDir",
                configDirectory.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        // Otherwise Flink takes a folder of that name where it happens to be started, such as this project's, for its
        // own.
        builder.environment()
                .put("FLINK_PLUGINS_DIR", folder.resolve("flink-plugins").toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("logs").resolve(name + ".log").toFile())
                .start();
    }
}
