package dev.microphone.transport.aeron;

import io.aeron.CommonContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.agrona.IoUtil;
import org.agrona.SystemUtil;

/**
 * Where a media driver keeps its logs. On a disk the kernel would write back what has passed long ago, and hold up whoever
 * touches those pages meanwhile: with 200 connections, for tenths of a second.
 */
final class MediaFolder {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    /** Less is a container's default of 64 MB, which a few hundred connections of 0.4 to 0.6 MB would fill. */
    private static final long LEAST_BYTES = 256L << 20;

    private static final String PREFIX = "microphone-";

    private MediaFolder() {}

    /**
     * One that no driver has yet. What killed processes left is removed.
     *
     * @param silenceNs a driver that has said nothing for that long is dead
     */
    static Path next(long silenceNs) {
        Path base = choose(SHARED_MEMORY, LEAST_BYTES, Path.of(SystemUtil.tmpDirName()));
        sweep(base, pid -> ProcessHandle.of(pid).isPresent(), TimeUnit.NANOSECONDS.toMillis(silenceNs));
        return base.resolve(PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    static Path choose(Path memory, long leastBytes, Path otherwise) {
        try {
            boolean fits = Files.isDirectory(memory)
                    && Files.isWritable(memory)
                    && Files.getFileStore(memory).getUsableSpace() >= leastBytes;
            return fits ? memory : otherwise;
        } catch (IOException e) {
            // It does not say how much room it has.
            return otherwise;
        }
    }

    /** The driver is asked too: a container that shares the folder has process ids of its own. */
    static void sweep(Path base, LongPredicate isAlive, long silenceMs) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*")) {
            for (Path folder : found) {
                if (isOver(folder, isAlive, silenceMs)) {
                    IoUtil.delete(folder.toFile(), true);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOver(Path folder, LongPredicate isAlive, long silenceMs) {
        String[] parts = folder.getFileName().toString().split("-", -1);
        if (parts.length != 3 || !parts[1].matches("[0-9]{1,9}")) {
            return false;
        }
        return !isAlive.test(Long.parseLong(parts[1]))
                && !CommonContext.isDriverActive(folder.toFile(), silenceMs, message -> {});
    }
}
