package dev.microphone.edge.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Other people's programs, as oracles. A test that needs one shows as skipped where it is missing. */
record SystemTool(String name) {
    static SystemTool orSkip(String name) {
        boolean present = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        Assumptions.assumeTrue(present, "needs " + name + " (Debian package " + name + ")");
        return new SystemTool(name);
    }

    /** @return what it wrote to standard output, which is a pipe */
    byte[] run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, name);
        try {
            Path errors = Files.createTempFile(name, ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                byte[] output = process.getInputStream().readAllBytes();
                if (process.waitFor() != 0) {
                    throw new AssertionError(command + ": " + Files.readString(errors, StandardCharsets.UTF_8));
                }
                return output;
            } finally {
                Files.delete(errors);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command.toString(), e);
        }
    }
}
