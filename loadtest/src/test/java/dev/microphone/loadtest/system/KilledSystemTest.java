package dev.microphone.loadtest.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.standalone.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line as users run it, killed with kill -9 while it records. */
class KilledSystemTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int BYTES_PER_SECOND = 192_000;
    private static final int RECORDED_BYTES = 3 * BYTES_PER_SECOND;

    @TempDir
    private Path folder;

    @Test
    void shouldLeaveAWavThatPlaysWhenItIsKilled() throws Exception {
        Tools.need("sox");
        Path recordings = folder.resolve("recordings");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "--source",
                        "tone:",
                        "--agc",
                        "off",
                        "--port",
                        "0",
                        "--sink",
                        "wav:" + recordings + "/"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        try {
            awaitRecorded(process, recordings);
        } finally {
            process.destroyForcibly();
        }
        process.waitFor();

        Path recording = recording(recordings);
        double seconds = Double.parseDouble(text("soxi", "-D", recording.toString()));
        // Flushed once a second.
        assertTrue(seconds >= (double) RECORDED_BYTES / BYTES_PER_SECOND - 1.5, seconds + " s");
        assertEquals("48000", text("soxi", "-r", recording.toString()));
        byte[] samples = Tools.run(folder.resolve("sox.txt"), "sox", recording.toString(), "-t", "raw", "-");
        assertEquals(Math.round(seconds * BYTES_PER_SECOND), samples.length);
        assertTrue(hasSound(samples), "only silence was recorded");
    }

    private void awaitRecorded(Process process, Path recordings) throws IOException {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!Files.isDirectory(recordings) || recordedBytes(recordings) < RECORDED_BYTES) {
            assertTrue(
                    process.isAlive() && System.nanoTime() - deadlineNs < 0,
                    Files.readString(folder.resolve("output.txt")));
            Thread.onSpinWait();
        }
    }

    private static long recordedBytes(Path recordings) throws IOException {
        try (Stream<Path> files = Files.list(recordings)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static Path recording(Path recordings) throws IOException {
        try (Stream<Path> files = Files.list(recordings)) {
            return files.findFirst().orElseThrow();
        }
    }

    private String text(String... command) throws Exception {
        return new String(Tools.run(folder.resolve("sox.txt"), command), StandardCharsets.UTF_8).strip();
    }

    private static boolean hasSound(byte[] samples) {
        for (byte b : samples) {
            if (b != 0) {
                return true;
            }
        }
        return false;
    }
}
