package dev.microphone.standalone.dump;

import dev.microphone.edge.PcmFormat;
import dev.microphone.standalone.dump.StageDump.WhenBehind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Between the stages' threads and the one that writes. Stages allocate nothing and, live, never wait. */
final class DumpQueue implements AutoCloseable {
    /** 4 s of one stream with four plugins. */
    private static final int QUEUE_BYTES = 8 << 20;

    private static final int READS = 64;
    private static final long IDLE_NS = 1_000_000;
    private static final double MEBIBYTE = 1 << 20;

    private final Path folder;
    private final long limitBytes;
    private final WhenBehind whenBehind;
    private final Consumer<String> messages;
    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(QUEUE_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
    private final List<Track> tracks = new CopyOnWriteArrayList<>();
    private final MessageHandler handler =
            (track, buffer, index, length) -> write(tracks.get(track - 1), buffer, index, length);
    private final Thread writer = new Thread(this::work, "stage-dump");
    private final byte[] scratch;
    private volatile boolean stopped;
    private volatile boolean closing;
    private long writtenBytes;

    private record Track(Path path, DumpFile file, AtomicLong missed) {}

    DumpQueue(Path folder, long limitBytes, WhenBehind whenBehind, Consumer<String> messages) {
        this.folder = folder;
        this.limitBytes = limitBytes;
        this.whenBehind = whenBehind;
        this.messages = messages;
        this.scratch = new byte[ring.maxMsgLength()];
        writer.setDaemon(true);
        writer.start();
    }

    /** @return the number by which its audio is offered */
    synchronized int add(Path path, PcmFormat format) throws IOException {
        tracks.add(new Track(path, new DumpFile(path, format), new AtomicLong()));
        return tracks.size();
    }

    void offer(int track, byte[] pcm, int offset, int length) {
        if (stopped) {
            return;
        }
        int claimed = ring.tryClaim(track, length);
        while (claimed < 0 && whenBehind == WhenBehind.WAIT && !stopped) {
            LockSupport.parkNanos(IDLE_NS);
            claimed = ring.tryClaim(track, length);
        }
        if (claimed < 0) {
            tracks.get(track - 1).missed.incrementAndGet();
            return;
        }
        ring.buffer().putBytes(claimed, pcm, offset, length);
        ring.commit(claimed);
    }

    private void work() {
        boolean wasClosing;
        int read;
        do {
            wasClosing = closing;
            read = ring.read(handler, READS);
            if (read == 0 && !wasClosing) {
                LockSupport.parkNanos(IDLE_NS);
            }
        } while (read > 0 || !wasClosing);
    }

    private void write(Track track, org.agrona.MutableDirectBuffer buffer, int index, int length) {
        if (stopped) {
            return;
        }
        if (writtenBytes + length > limitBytes) {
            stop(String.format(
                    Locale.ROOT,
                    "the dump in %s has reached its limit of %.0f MiB: nothing more is dumped (--dump-limit raises it)",
                    folder,
                    limitBytes / MEBIBYTE));
            return;
        }
        buffer.getBytes(index, scratch, 0, length);
        try {
            track.file.write(scratch, length);
            writtenBytes += length;
        } catch (IOException e) {
            stop(track.path + ": " + e.getMessage() + ": nothing more is dumped");
        }
    }

    private void stop(String message) {
        stopped = true;
        messages.accept(message);
    }

    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        stopped = true;
        tracks.forEach(this::finish);
        if (writtenBytes == 0) {
            removeFiles();
            messages.accept("nothing was dumped into " + folder);
            return;
        }
        messages.accept(String.format(
                Locale.ROOT, "dumped into %s: %d files, %.1f MiB", folder, tracks.size(), writtenBytes / MEBIBYTE));
    }

    private void finish(Track track) {
        try {
            track.file.close();
        } catch (IOException e) {
            messages.accept(track.path + ": " + e.getMessage());
        }
        if (track.missed.get() > 0) {
            messages.accept(track.path + ": " + track.missed + " blocks are missing: the disk was too slow");
        }
    }

    /** A start that failed shall not leave files without sound. What was made last, and so lies innermost, goes first. */
    private void removeFiles() {
        for (Track track : tracks.reversed()) {
            try {
                Files.deleteIfExists(track.path);
                Path own = track.path.getParent();
                if (own != null && isEmpty(own)) {
                    Files.delete(own);
                }
            } catch (IOException e) {
                messages.accept(track.path + ": " + e);
            }
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }
}
