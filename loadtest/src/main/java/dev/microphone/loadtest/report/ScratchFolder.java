package dev.microphone.loadtest.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for a benchmark's files, which goes with all that is in it. */
public final class ScratchFolder implements AutoCloseable {
    private final Path path;

    public ScratchFolder() throws IOException {
        path = Files.createTempDirectory("microphone-bench");
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(path)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
