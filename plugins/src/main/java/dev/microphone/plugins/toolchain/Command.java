package dev.microphone.plugins.toolchain;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs one program to its end. */
final class Command {
    /** Generous: the longest is apt-get on a slow line. */
    private static final long LIMIT_MINUTES = 10;

    private final List<String> line;
    private final ProcessBuilder builder;

    private Command(List<String> line) {
        this.line = List.copyOf(line);
        this.builder = new ProcessBuilder(this.line).redirectErrorStream(true);
    }

    static Command of(List<String> line) {
        return new Command(line);
    }

    static Command of(String... line) {
        return new Command(List.of(line));
    }

    Command in(Path folder) {
        builder.directory(folder.toFile());
        return this;
    }

    Command with(Map<String, String> environment) {
        builder.environment().putAll(environment);
        return this;
    }

    /** So that the program finds no other program: clang's driver runs a wasm-opt that it sees on the path. */
    Command withoutPath() {
        builder.environment().put("PATH", "");
        return this;
    }

    /** @return what it printed; fails with that when its exit code is not 0 */
    String run() throws ToolchainException {
        Result result = tryRun();
        if (result.exitCode() != 0) {
            throw new ToolchainException(name() + " failed (exit code " + result.exitCode() + "): " + result.output());
        }
        return result.output();
    }

    /** Output and exit code; fails only when the program cannot be run at all. */
    Result tryRun() throws ToolchainException {
        Path output = null;
        try {
            output = Files.createTempFile("microphone-command", ".txt");
            Process process = builder.redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new ToolchainException(name() + " did not end within " + LIMIT_MINUTES + " minutes");
            }
            return new Result(
                    process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new ToolchainException("cannot run " + name() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolchainException("interrupted while running " + name(), e);
        } finally {
            deleteQuietly(output);
        }
    }

    private String name() {
        Path fileName = Path.of(line.get(0)).getFileName();
        return fileName == null ? line.get(0) : fileName.toString();
    }

    private static void deleteQuietly(@Nullable Path file) {
        if (file != null && !file.toFile().delete()) {
            file.toFile().deleteOnExit();
        }
    }

    record Result(int exitCode, String output) {}

    /** Whether a program of this name is on the path. */
    static boolean exists(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return false;
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
