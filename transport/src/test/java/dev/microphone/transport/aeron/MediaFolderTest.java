package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class MediaFolderTest {
    @TempDir
    Path base;

    /** A process with a media folder, until it is killed. */
    static final class Holder {
        private Holder() {}

        @SuppressWarnings("SystemOut")
        public static void main(String[] arguments) throws IOException {
            MediaFolder folder = MediaFolder.createIn(Path.of(arguments[0]));
            Files.createDirectories(folder.path());
            Files.writeString(folder.path().resolve("cnc.dat"), "a log");
            System.out.println(folder.path());
            // Until its parent has gone, at the latest.
            while (System.in.read() >= 0) {}
        }
    }

    @Test
    void shouldBeInMemoryOnlyWhereThatHasRoom() {
        Path disk = base.resolve("disk");
        assertEquals(base, MediaFolder.choose(base, 1, disk));
        assertEquals(disk, MediaFolder.choose(base, Long.MAX_VALUE, disk));
        assertEquals(disk, MediaFolder.choose(base.resolve("missing"), 1, disk));
    }

    @Test
    void shouldLeaveNothingWhenClosedInOrder() throws IOException {
        MediaFolder folder = MediaFolder.createIn(base);
        MediaFolder.sweep(base);
        assertEquals(1, base.toFile().list().length);
        folder.close();
        assertEquals(0, base.toFile().list().length);
    }

    @Test
    @Timeout(60)
    void shouldRemoveWhatAKilledProcessLeftAndNothingOfOneThatLives() throws Exception {
        Path foreign = Files.createDirectories(base.resolve("microphone-bench17"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        base.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            Path folder = Path.of(assertNotNullLine(out.readLine()));

            MediaFolder.sweep(base);
            assertTrue(Files.exists(folder.resolve("cnc.dat")));

            process.destroyForcibly().waitFor();
            MediaFolder.sweep(base);
            assertFalse(Files.exists(folder));
            assertEquals(1, base.toFile().list().length);
            assertTrue(Files.exists(foreign));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String assertNotNullLine(String line) {
        assertNotNull(line, "the process has ended");
        return line;
    }
}
