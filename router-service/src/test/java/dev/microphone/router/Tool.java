package dev.microphone.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other people's tools, which know better than we whether a file is right. */
public final class Tool {
    private static final long TIMEOUT_SECONDS = 60;

    private Tool() {}

    /** Skips the test where the tool is not installed. */
    public static void assumeInstalled(String tool, String debianPackage) {
        boolean found = List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        assumeTrue(found, "needs " + tool + " (Debian package " + debianPackage + ")");
    }

    /** Runs the command, which must succeed, and returns what it printed. */
    public static byte[] run(String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("tool", ".err");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), () -> command[0] + " did not end");
            assertEquals(0, process.exitValue(), String.join(" ", command) + ": " + Files.readString(errors));
            return output;
        } finally {
            Files.delete(errors);
        }
    }

    public static String text(String... command) throws IOException, InterruptedException {
        return new String(run(command), StandardCharsets.UTF_8).strip();
    }
}
