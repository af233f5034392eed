package dev.microphone.loadtest.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Other people's tools: what they make and read is what ours is compared with. */
final class Tools {
    private Tools() {}

    /** Skips the test where the tool is missing. */
    static void need(String tool) {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        assumeTrue(isThere, "needs " + tool + " (Debian package " + tool + ")");
    }

    /** @return what the tool wrote to its standard output */
    static byte[] run(Path errorFile, String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(errorFile.toFile()).start();
        byte[] output = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(errorFile));
        }
        return output;
    }
}
