package dev.microphone.edge.spool;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frames on disk: segments of {@value #SEGMENT_BYTES} bytes, each named by the index of its first frame, in which each
 * frame stands behind its length (i32, little-endian) with the checksum that it travels with. Written with plain writes,
 * so that they survive the process, and a full disk is an error to handle and no signal that ends the JVM. The kernel
 * brings them to the disk within its usual half a minute: that much a power cut may take.
 *
 * <p>A last write that was cut off ends what is read of the newest segment. A frame in which a bit has flipped has its index,
 * and cannot be read; where it was its length, that goes for all behind it in its segment. One thread.
 */
final class DiskStore implements FrameStore {
    /** Some 5 s of sound: what is deleted at a time. */
    static final int SEGMENT_BYTES = 1 << 20;

    static final String SUFFIX = ".frames";
    /** An empty file: the frames in this folder go behind live ones. */
    static final String SET_ASIDE = "behind";
    /** The epoch, in digits, that the frames in this folder are sent with in place of their own. */
    static final String SENT_WITH_EPOCH = "epoch";

    /** One file. */
    private static final class Segment {
        private final Path path;
        private final long firstIndex;
        private final FileChannel file;
        /** Where each frame begins, and behind the last one. */
        private int[] offsets = new int[SEGMENT_BYTES / 1_024];

        private int frames;

        Segment(Path path, long firstIndex, FileChannel file) {
            this.path = path;
            this.firstIndex = firstIndex;
            this.file = file;
        }

        long endIndex() {
            return firstIndex + frames;
        }

        int length() {
            return offsets[frames];
        }

        void add(int lengthBytes) {
            if (frames + 2 > offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * offsets.length);
            }
            offsets[frames + 1] = offsets[frames] + lengthBytes;
            frames++;
        }
    }

    private final Path folder;
    private final ErrorHandler errors;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final ByteBuffer record =
            ByteBuffer.allocateDirect(Integer.BYTES + Frame.MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer recordView = new UnsafeBuffer(record);
    private long firstIndex;
    private long endIndex;
    private @Nullable Segment reading;

    DiskStore(Path folder, ErrorHandler errors) {
        this.folder = folder;
        this.errors = errors;
    }

    /** Takes in what is there. */
    static DiskStore recover(Path folder, long streamId, long epoch, ErrorHandler errors) throws IOException {
        DiskStore store = new DiskStore(folder, errors);
        List<Path> files;
        try (Stream<Path> children = Files.list(folder)) {
            files = children.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < files.size(); i++) {
            store.recover(files.get(i), i == files.size() - 1, streamId, epoch);
        }
        return store;
    }

    private void recover(Path path, boolean isNewest, long streamId, long epoch) throws IOException {
        String name = path.getFileName().toString();
        long index = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()), 16);
        if (segments.isEmpty()) {
            firstIndex = index;
            endIndex = index;
        }
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Segment segment = new Segment(path, endIndex, file);
        Frame frame = new Frame();
        int length = recordAt(segment, frame, streamId, epoch);
        while (length > 0) {
            segment.add(length);
            endIndex++;
            length = recordAt(segment, frame, streamId, epoch);
        }
        int behind = (int) file.size() - segment.length();
        // Less than a record at the very end is a write that was cut off.
        if (behind > 0 && (!isNewest || behind > Integer.BYTES + Frame.MAX_LENGTH)) {
            errors.onError(new IOException(behind + " bytes of " + path + " are no frames: what was there is lost"));
            segment.add(behind);
            endIndex++;
        }
        if (segment.frames == 0) {
            file.close();
            Files.delete(path);
        } else {
            segments.add(segment);
        }
    }

    /** The length of the next record, bytes: of one that cannot be read when a whole one follows it; 0: there is none. */
    private int recordAt(Segment segment, Frame frame, long streamId, long epoch) throws IOException {
        int length = readFrame(segment, segment.length(), frame);
        if (length > 0) {
            return frame.streamId() == streamId && frame.epoch() == epoch ? length : 0;
        }
        int said = Integer.BYTES + record.getInt(0);
        boolean isPlausible = said >= Integer.BYTES + Frame.HEADER_LENGTH && said <= Integer.BYTES + Frame.MAX_LENGTH;
        return isPlausible && readFrame(segment, segment.length() + said, frame) > 0 ? said : 0;
    }

    /** @return bytes of the record there; 0 when it is none */
    private int readFrame(Segment segment, int offset, Frame target) throws IOException {
        record.clear();
        int read = 0;
        while (read >= 0 && record.hasRemaining()) {
            read = segment.file.read(record, offset + (long) record.position());
        }
        int available = record.position();
        if (available < Integer.BYTES) {
            return 0;
        }
        int length = record.getInt(0);
        if (length < Frame.HEADER_LENGTH || length > Frame.MAX_LENGTH || Integer.BYTES + length > available) {
            return 0;
        }
        return target.decode(recordView, Integer.BYTES, length) == FrameFault.NONE ? Integer.BYTES + length : 0;
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public long endIndex() {
        return endIndex;
    }

    @Override
    public boolean append(Frame frame) {
        int length = Integer.BYTES + frame.length();
        try {
            Segment last = segments.peekLast();
            if (last == null || last.length() + length > SEGMENT_BYTES) {
                last = newSegment();
            }
            record.clear();
            record.putInt(frame.length()).put(frame.bytes(), 0, frame.length()).flip();
            long at = last.length();
            while (record.hasRemaining()) {
                at += last.file.write(record, at);
            }
            last.add(length);
            endIndex++;
            return true;
        } catch (IOException e) {
            errors.onError(new IOException("a frame cannot be kept in " + folder + ": " + e.getMessage(), e));
            return false;
        }
    }

    private Segment newSegment() throws IOException {
        Path path = folder.resolve(String.format("%016x%s", endIndex, SUFFIX));
        FileChannel file = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Segment segment = new Segment(path, endIndex, file);
        segments.add(segment);
        return segment;
    }

    @Override
    public boolean read(long index, Frame target) {
        if (index < firstIndex || index >= endIndex) {
            throw new IndexOutOfBoundsException(index + ": kept are " + firstIndex + " to " + (endIndex - 1));
        }
        Segment segment = segmentOf(index);
        try {
            return readFrame(segment, segment.offsets[(int) (index - segment.firstIndex)], target) > 0;
        } catch (IOException e) {
            errors.onError(new IOException("a frame cannot be read from " + segment.path + ": " + e.getMessage(), e));
            return false;
        }
    }

    private Segment segmentOf(long index) {
        Segment last = reading;
        if (last != null && index >= last.firstIndex && index < last.endIndex()) {
            return last;
        }
        for (Segment segment : segments) {
            if (index < segment.endIndex()) {
                reading = segment;
                return segment;
            }
        }
        throw new IllegalStateException("no segment has frame " + index);
    }

    @Override
    public void trimTo(long index) {
        firstIndex = Math.max(firstIndex, Math.min(index, endIndex));
        Segment oldest = segments.peek();
        while (oldest != null && oldest.endIndex() <= firstIndex) {
            remove(segments.remove());
            oldest = segments.peek();
        }
    }

    private void remove(Segment segment) {
        reading = null;
        try {
            segment.file.close();
            Files.deleteIfExists(segment.path);
        } catch (IOException e) {
            errors.onError(new IOException(segment.path + " cannot be deleted: " + e.getMessage(), e));
        }
    }

    @Override
    public void setAside() {
        note(SET_ASIDE, "");
    }

    @Override
    public void sentWithEpoch(long epoch) {
        note(SENT_WITH_EPOCH, Long.toString(epoch));
    }

    /** Whole or not at all, wherever the process is killed. */
    private void note(String name, String text) {
        Path note = folder.resolve(name);
        Path unfinished = folder.resolve(name + ".new");
        try {
            Files.write(unfinished, text.getBytes(StandardCharsets.UTF_8));
            Files.move(unfinished, note, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            errors.onError(new IOException(note + " cannot be written: " + e.getMessage(), e));
        }
    }

    @Override
    public void close() {
        for (Segment segment : segments) {
            try {
                segment.file.close();
            } catch (IOException e) {
                errors.onError(e);
            }
        }
        segments.clear();
        firstIndex = endIndex;
    }

    @Override
    public void delete() {
        trimTo(endIndex);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            errors.onError(new IOException(folder + " cannot be deleted: " + e.getMessage(), e));
            return;
        }
        try {
            Files.delete(folder);
        } catch (IOException e) {
            errors.onError(new IOException(folder + " cannot be deleted: " + e.getMessage(), e));
        }
    }
}
