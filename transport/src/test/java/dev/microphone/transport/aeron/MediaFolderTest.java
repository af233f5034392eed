package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.driver.MediaDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MediaFolderTest {
    private static final long MINUTE_MS = 60_000;

    @TempDir
    Path base;

    @Test
    void shouldBeInMemoryOnlyWhereThatHasRoom() {
        Path disk = base.resolve("disk");
        assertEquals(base, MediaFolder.choose(base, 1, disk));
        assertEquals(disk, MediaFolder.choose(base, Long.MAX_VALUE, disk));
        assertEquals(disk, MediaFolder.choose(base.resolve("missing"), 1, disk));
    }

    @Test
    void shouldRemoveWhatDeadProcessesLeftAndNothingElse() throws IOException {
        Path dead = Files.createDirectories(base.resolve("microphone-17-1"));
        Files.writeString(dead.resolve("cnc.dat.log"), "left");
        Path alive = Files.createDirectories(base.resolve("microphone-18-1"));
        Path foreign = Files.createDirectories(base.resolve("microphone-bench17"));
        Path inAnotherContainer = base.resolve("microphone-19-1");
        try (MediaDriver driver = MediaDriver.launchEmbedded(
                EmbeddedMedia.driverContext().aeronDirectoryName(inAnotherContainer.toString()))) {
            assertTrue(Files.isDirectory(Path.of(driver.aeronDirectoryName())));
            MediaFolder.sweep(base, pid -> pid == 18, MINUTE_MS);
            assertFalse(Files.exists(dead));
            assertTrue(Files.exists(alive));
            assertTrue(Files.exists(foreign));
            assertTrue(Files.exists(inAnotherContainer));
        }
    }
}
