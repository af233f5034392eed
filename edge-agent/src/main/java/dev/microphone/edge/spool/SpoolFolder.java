package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
 * {@code name} is the stream's name, {@code behind} is there when these frames were set aside, {@code epoch} when they are
 * sent with another one than their own, and the other files are segments ({@link DiskStore}). {@code lock} keeps other
 * processes out, and holds the highest epoch of a run that ever began here (i64, little-endian).
 */
final class SpoolFolder implements AutoCloseable {
    private static final String NAME = "name";
    private static final String LOCK = "lock";

    /**
     * What was left there by an earlier run of the agent.
     *
     * @param epoch that its frames carry
     * @param sentEpoch that they are sent with
     */
    record Recovered(
            StreamName stream, long epoch, long sentEpoch, long firstSequence, boolean isSetAside, DiskStore store) {}

    private static final Comparator<Recovered> OLDEST_FIRST =
            Comparator.comparingLong(Recovered::sentEpoch).thenComparingLong(Recovered::firstSequence);

    private final Path folder;
    private final ErrorHandler errors;
    private final FileChannel lockFile;
    private final ByteBuffer epochBytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long newestEpoch;

    /** @throws IOException when frames cannot be written there, or another process does; the message is for users */
    SpoolFolder(Path folder, ErrorHandler errors) throws IOException {
        this.folder = folder;
        this.errors = errors;
        try {
            Files.createDirectories(folder);
            lockFile = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("spool folder " + folder + " cannot be written: " + e, e);
        }
        if (!isLocked(lockFile)) {
            lockFile.close();
            throw new IOException("spool folder " + folder + " is in use by another agent: each needs one of its own");
        }
        try {
            newestEpoch = readEpoch();
            // A full disk shows here, not at the first frame.
            writeEpoch();
        } catch (IOException e) {
            lockFile.close();
            throw new IOException("spool folder " + folder + " cannot be written: " + e, e);
        }
    }

    /** -1 in a folder that is new, or whose file is none of ours. */
    private long readEpoch() throws IOException {
        epochBytes.clear();
        boolean isWhole = lockFile.read(epochBytes, 0) == Long.BYTES;
        long epoch = isWhole ? epochBytes.getLong(0) : -1;
        return epoch >= 0 && epoch <= Frame.MAX_EPOCH ? epoch : -1;
    }

    private void writeEpoch() throws IOException {
        epochBytes.clear();
        epochBytes.putLong(0, newestEpoch);
        lockFile.write(epochBytes, 0);
    }

    /** Of all runs that ever began here, the highest; -1: none has. */
    long newestEpoch() {
        return newestEpoch;
    }

    /** A run begins, or goes on with that epoch: those of the next process are to have higher ones. */
    void noteEpoch(long epoch) {
        if (epoch <= newestEpoch) {
            return;
        }
        newestEpoch = epoch;
        try {
            writeEpoch();
        } catch (IOException e) {
            errors.onError(
                    new IOException("epoch " + epoch + " cannot be kept in " + folder + ": " + e.getMessage(), e));
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
                sentEpoch(run.resolve(DiskStore.SENT_WITH_EPOCH), epoch),
                parts.length == 2 ? 0 : Long.parseLong(parts[2]),
                Files.exists(run.resolve(DiskStore.SET_ASIDE)),
                DiskStore.recover(run, stream.streamId(), epoch, errors));
    }

    private static long sentEpoch(Path note, long ownEpoch) throws IOException {
        if (!Files.exists(note)) {
            return ownEpoch;
        }
        try {
            return Long.parseLong(Files.readString(note));
        } catch (NumberFormatException e) {
            // A power cut took its content: should its own epoch not do, a node says so again.
            return ownEpoch;
        }
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
