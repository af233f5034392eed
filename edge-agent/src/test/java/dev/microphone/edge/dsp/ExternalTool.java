package dev.microphone.edge.dsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Someone else's program as an oracle. Tests that need one which is not installed are skipped. */
final class ExternalTool {
    private final List<String> name;
    private final Path folder;

    private ExternalTool(String name, Path folder) {
        this.name = List.of(name);
        this.folder = folder;
    }

    static ExternalTool require(String name, String debianPackage, Path folder) {
        boolean present = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
        assumeTrue(present, "needs " + name + " (Debian package " + debianPackage + ")");
        return new ExternalTool(name, folder);
    }

    /** What the program writes to its standard output, and to its standard error. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(byte[] output, String messages) {}

    Result run(byte[] input, String... arguments) throws IOException, InterruptedException {
        Path in = Files.createTempFile(folder, "in", ".raw");
        Path out = Files.createTempFile(folder, "out", ".raw");
        Path messages = Files.createTempFile(folder, "messages", ".txt");
        Files.write(in, input);
        Process process = new ProcessBuilder(
                        Stream.concat(name.stream(), Stream.of(arguments)).toList())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(messages.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertEquals(0, process.waitFor(), () -> read(messages));
        return new Result(Files.readAllBytes(out), read(messages));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
