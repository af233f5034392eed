package dev.microphone.loadtest.batch;

import dev.microphone.standalone.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The programs that are compared, each run to its end. Processor time is what the kernel counts for children that have
 * ended.
 */
final class Programs {
    private static final Path OWN_TIMES = Path.of("/proc/self/stat");
    /** Of the fields behind the command's name, which may hold spaces: cutime and cstime (proc(5)). */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;
    /** USER_HZ, the same on all machines that Linux runs on today. */
    private static final double TICKS_PER_SECOND = 100;

    private final Path folder;
    private final String filter;
    private final int cores;

    /** @param filter as ffmpeg's {@code -af} takes it */
    Programs(Path folder, String filter, int cores) {
        this.folder = folder;
        this.filter = filter;
        this.cores = cores;
    }

    /** One {@code process} over all files. */
    Cost process(List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-XX:"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "process"));
        files.forEach(file -> command.add(file.toString()));
        command.addAll(List.of("-o", folder.resolve("ours") + "/", "--chain", "rnnoise", "--force"));
        return run(List.of(command), 1);
    }

    /** One ffmpeg a file, as many at once as there are cores. */
    Cost ffmpeg(List<Path> files) throws IOException, InterruptedException {
        Path output = Files.createDirectories(folder.resolve("ffmpeg"));
        List<List<String>> commands = files.stream()
                .map(file -> List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-nostdin",
                        "-y",
                        "-threads",
                        "1",
                        "-filter_threads",
                        "1",
                        "-i",
                        file.toString(),
                        "-af",
                        filter,
                        output.resolve(file.getFileName()).toString()))
                .toList();
        return run(commands, cores);
    }

    private static Cost run(List<List<String>> commands, int atOnce) throws IOException, InterruptedException {
        double cpuBefore = childrenSeconds();
        long startNs = System.nanoTime();
        Iterator<List<String>> waiting = commands.iterator();
        List<Process> running = new ArrayList<>();
        try {
            while (waiting.hasNext() || !running.isEmpty()) {
                while (running.size() < atOnce && waiting.hasNext()) {
                    running.add(new ProcessBuilder(waiting.next())
                            .redirectErrorStream(true)
                            .start());
                }
                endOf(running);
            }
        } finally {
            running.forEach(Process::destroyForcibly);
        }
        return new Cost((System.nanoTime() - startNs) / 1e9, childrenSeconds() - cpuBefore);
    }

    /** Takes out those that have ended, after waiting a little for the first. */
    private static void endOf(List<Process> running) throws IOException, InterruptedException {
        running.getFirst().waitFor(5, TimeUnit.MILLISECONDS);
        for (Iterator<Process> all = running.iterator(); all.hasNext(); ) {
            Process process = all.next();
            if (!process.isAlive()) {
                all.remove();
                if (process.exitValue() != 0) {
                    throw new IOException("exit code " + process.exitValue() + ": "
                            + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static double childrenSeconds() throws IOException {
        String stat = Files.readString(OWN_TIMES);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM])) / TICKS_PER_SECOND;
    }
}
