package dev.microphone.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.agrona.IoUtil;
import org.agrona.SystemUtil;

/**
 * Where a media driver keeps its logs, until it is closed. On a disk the kernel would write back what has passed long ago,
 * and hold up whoever touches those pages meanwhile: with 200 connections, for tenths of a second.
 *
 * <p>Beside each folder is a file that its process has locked. The kernel unlocks it when the process ends, however that
 * comes, and knows processes of other containers that share the folder, which process ids do not tell; so whoever comes
 * next can see what killed processes have left, and removes it.
 */
final class MediaFolder implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Path TEMPORARY = Path.of(SystemUtil.tmpDirName());
    /** Less is a container's default of 64 MB, which a few hundred connections of 0.4 to 0.6 MB would fill. */
    private static final long LEAST_BYTES = 256L << 20;

    private static final String PREFIX = "microphone-";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path path;
    private final Path lockPath;
    private final FileChannel lockFile;

    private MediaFolder(Path path, Path lockPath, FileChannel lockFile) {
        this.path = path;
        this.lockPath = lockPath;
        this.lockFile = lockFile;
    }

    /**
     * One that no driver has yet. What killed processes left is removed first, so that there is room.
     *
     * @throws UncheckedIOException when nothing can be written there
     */
    static MediaFolder create() {
        try {
            for (Path base : List.of(SHARED_MEMORY, TEMPORARY)) {
                if (Files.isDirectory(base) && Files.isWritable(base)) {
                    sweep(base);
                }
            }
            return createIn(base());
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for Aeron's logs: " + e.getMessage(), e);
        }
    }

    /** Where the folders of this machine's drivers are now. */
    static Path base() {
        return choose(SHARED_MEMORY, LEAST_BYTES, TEMPORARY);
    }

    /** A pattern for the names of that process's folders. */
    static String ofProcess(long processId) {
        return PREFIX + processId + "-*";
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

    static MediaFolder createIn(Path base) throws IOException {
        Path path = base.resolve(ofThisProcess() + System.nanoTime());
        Path lockPath = base.resolve(path.getFileName() + LOCK_SUFFIX);
        FileChannel lockFile = FileChannel.open(lockPath, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        boolean isOurs = false;
        try {
            // Who sweeps may have come first, and taken it for a dead one's.
            isOurs = lockFile.tryLock() != null && Files.exists(lockPath);
        } finally {
            if (!isOurs) {
                lockFile.close();
            }
        }
        return isOurs ? new MediaFolder(path, lockPath, lockFile) : createIn(base);
    }

    /** The start tells it from one that had its process id before, as in a container that was started again. */
    private static String ofThisProcess() {
        return PREFIX + ProcessHandle.current().pid() + "-"
                + ManagementFactory.getRuntimeMXBean().getStartTime() + "-";
    }

    static void sweep(Path base) throws IOException {
        String own = ofThisProcess();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*" + LOCK_SUFFIX)) {
            for (Path lockPath : found) {
                // A process that opens a file that it has locked, and closes it, loses its lock.
                if (!lockPath.getFileName().toString().startsWith(own)) {
                    removeIfDead(lockPath);
                }
            }
        }
    }

    private static void removeIfDead(Path lockPath) throws IOException {
        try (FileChannel lockFile = FileChannel.open(lockPath, StandardOpenOption.WRITE)) {
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                String name = lockPath.toString();
                IoUtil.delete(
                        Path.of(name.substring(0, name.length() - LOCK_SUFFIX.length()))
                                .toFile(),
                        true);
                Files.deleteIfExists(lockPath);
            }
        } catch (NoSuchFileException e) {
            // Its process, or another one that sweeps, was faster.
        }
    }

    /** Not made yet: that is the driver's. */
    Path path() {
        return path;
    }

    /** When the driver has removed its folder. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(lockPath);
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
