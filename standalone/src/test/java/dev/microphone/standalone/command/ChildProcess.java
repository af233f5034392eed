package dev.microphone.standalone.command;

import dev.microphone.standalone.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The command line as a process of its own, with the flags of the launcher. */
final class ChildProcess implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;
    private final List<String> lines = new ArrayList<>();

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildProcess start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ChildProcess(new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start());
    }

    /** Reads until a line holds the text. */
    String awaitLine(String text) throws IOException {
        String line = output.readLine();
        while (line != null) {
            lines.add(line);
            if (line.contains(text)) {
                return line;
            }
            line = output.readLine();
        }
        throw new IOException("'" + text + "' was not printed, but\n" + String.join("\n", lines));
    }

    /** Sends a signal by its name, as the shell's kill does. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    /** @throws IOException when it does not end: where this was started with SIGINT ignored, so is the child */
    int awaitExit() throws IOException, InterruptedException {
        CompletableFuture<Boolean> ended =
                process.onExit().thenApply(exited -> true).completeOnTimeout(false, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        var unused = ended.thenAccept(inTime -> process.destroyForcibly());
        output.lines().forEach(lines::add);
        if (!ended.join()) {
            throw new IOException("still running after " + TIMEOUT_SECONDS
                    + " s (a build in the background of a shell without job control ignores SIGINT):\n" + text());
        }
        return process.waitFor();
    }

    /** What it printed so far. */
    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
