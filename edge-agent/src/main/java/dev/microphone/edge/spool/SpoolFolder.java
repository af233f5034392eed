package dev.microphone.edge.spool;

import dev.microphone.transport.frame.StreamName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the frames of all streams, one subfolder for each run of a stream: {@code <stream id in hexadecimal>-<epoch>},
 * in which {@code name} is the stream's name and the other files are segments ({@link DiskStore}). One process at a time.
 */
final class SpoolFolder implements AutoCloseable {
    private static final String NAME = "name";
    private static final String LOCK = "lock";

    /** What was left there by an earlier run of the agent. */
    record Recovered(StreamName stream, long epoch, DiskStore store) {}

    private final Path folder;
    private final ErrorHandler errors;
    private final FileChannel lockFile;

    /** @throws IOException when frames cannot be written there, or another process does; the message is for users */
    SpoolFolder(Path folder, ErrorHandler errors) throws IOException {
        this.folder = folder;
        this.errors = errors;
        try {
            Files.createDirectories(folder);
            lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("spool folder " + folder + " cannot be written: " + e, e);
        }
        if (!isLocked(lockFile)) {
            lockFile.close();
            throw new IOException("spool folder " + folder + " is in use by another agent: each needs one of its own");
        }
        try {
            // A full disk shows here, not at the first frame.
            lockFile.write(ByteBuffer.wrap(new byte[] {1}), 0);
        } catch (IOException e) {
            lockFile.close();
            throw new IOException("spool folder " + folder + " cannot be written: " + e, e);
        }
    }

    private static boolean isLocked(FileChannel file) throws IOException {
        try {
            @Nullable FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Runs of streams that an earlier process left, the oldest first; what cannot be read is reported and left. */
    List<Recovered> recover() throws IOException {
        List<Path> runs;
        try (Stream<Path> children = Files.list(folder)) {
            runs = children.filter(Files::isDirectory).sorted().toList();
        }
        List<Recovered> recovered = new ArrayList<>();
        for (Path run : runs) {
            try {
                recovered.add(recover(run));
            } catch (IOException | IllegalArgumentException e) {
                errors.onError(new IOException("spooled frames in " + run + " cannot be read: " + e.getMessage(), e));
            }
        }
        recovered.sort((one, other) -> Long.compare(one.epoch(), other.epoch()));
        return recovered;
    }

    private Recovered recover(Path run) throws IOException {
        StreamName stream = new StreamName(Files.readString(run.resolve(NAME)));
        String file = run.getFileName().toString();
        long epoch = Long.parseLong(file.substring(file.indexOf('-') + 1));
        return new Recovered(stream, epoch, DiskStore.recover(run, stream.streamId(), epoch, errors));
    }

    DiskStore create(StreamName stream, long epoch) throws IOException {
        Path run = folder.resolve(String.format("%016x-%d", stream.streamId(), epoch));
        Files.createDirectories(run);
        Files.write(run.resolve(NAME), stream.value().getBytes(StandardCharsets.UTF_8));
        return new DiskStore(run, errors);
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            errors.onError(e);
        }
    }
}
