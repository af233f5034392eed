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
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.ErrorHandler;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the frames of all streams, one subfolder for each run of a stream: {@code <stream id in hexadecimal>-<epoch>},
 * and {@code -<sequence>} behind it for what the run goes on with after its frames before that were set aside. In it,
 * {@code name} is the stream's name, {@code behind} is there when these frames were set aside, and the other files are
 * segments ({@link DiskStore}). One process at a time.
 */
final class SpoolFolder implements AutoCloseable {
    private static final String NAME = "name";
    private static final String LOCK = "lock";

    /** What was left there by an earlier run of the agent. */
    record Recovered(StreamName stream, long epoch, long firstSequence, boolean isSetAside, DiskStore store) {}

    private static final Comparator<Recovered> OLDEST_FIRST =
            Comparator.comparingLong(Recovered::epoch).thenComparingLong(Recovered::firstSequence);

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
                if (hasSegments(run)) {
                    recovered.add(recover(run));
                } else {
                    // Its process ended as it made or deleted it.
                    new DiskStore(run, errors).delete();
                }
            } catch (IOException | IllegalArgumentException e) {
                errors.onError(new IOException("spooled frames in " + run + " cannot be read: " + e.getMessage(), e));
            }
        }
        recovered.sort(OLDEST_FIRST);
        return recovered;
    }

    private static boolean hasSegments(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.anyMatch(file -> file.toString().endsWith(DiskStore.SUFFIX));
        }
    }

    private Recovered recover(Path run) throws IOException {
        StreamName stream = new StreamName(Files.readString(run.resolve(NAME)));
        String[] parts = run.getFileName().toString().split("-", -1);
        if (parts.length < 2 || parts.length > 3) {
            throw new IOException("its name is not stream-epoch or stream-epoch-sequence");
        }
        long epoch = Long.parseLong(parts[1]);
        return new Recovered(
                stream,
                epoch,
                parts.length == 2 ? 0 : Long.parseLong(parts[2]),
                Files.exists(run.resolve(DiskStore.SET_ASIDE)),
                DiskStore.recover(run, stream.streamId(), epoch, errors));
    }

    DiskStore create(StreamName stream, long epoch, long firstSequence) throws IOException {
        String run = String.format("%016x-%d", stream.streamId(), epoch);
        Path path = folder.resolve(firstSequence == 0 ? run : run + "-" + firstSequence);
        Files.createDirectories(path);
        Files.write(path.resolve(NAME), stream.value().getBytes(StandardCharsets.UTF_8));
        return new DiskStore(path, errors);
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
