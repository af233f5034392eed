package dev.microphone.edge.spool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A spool in memory or in a folder, and frames that are known by their numbers. */
abstract class SpoolFixture {
    static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    static final long ID = STREAM.streamId();
    static final long FRAME_NS = 20_000_000L;

    @TempDir
    Path folder;

    final Metrics metrics = new Metrics();
    final List<Throwable> errors = new ArrayList<>();
    final Frame frame = new Frame();
    Spool spool;

    Spool open(boolean onDisk, SpoolLimits limits) throws IOException {
        spool = onDisk ? Spool.onDisk(folder, limits, metrics, errors::add) : Spool.inMemory(limits, metrics);
        return spool;
    }

    @AfterEach
    void close() {
        if (spool != null) {
            spool.close();
        }
    }

    Frame numbered(long sequence, int flags) {
        frame.streamId(ID)
                .epoch(7)
                .sequence(sequence)
                .captureTimeNs(sequence * FRAME_NS)
                .flags(flags)
                .samplesPerChannel(960);
        Arrays.fill(frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength(), (byte) sequence);
        return frame.seal();
    }

    void append(SpooledRun run, int from, int to) {
        for (int i = from; i < to; i++) {
            run.append(numbered(i, 0));
        }
    }

    /** Sends all that can be sent; each frame must be whole. */
    List<Long> drain(SpooledRun run) {
        List<Long> sequences = new ArrayList<>();
        Frame next = new Frame();
        while (run.hasNext()) {
            if (run.next(next)) {
                byte[] expected =
                        Arrays.copyOf(numbered(next.sequence(), next.flags()).bytes(), next.length());
                assertArrayEquals(expected, Arrays.copyOf(next.bytes(), next.length()));
                sequences.add(next.sequence());
                run.sent();
            }
        }
        return sequences;
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    long dropped(String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "spool", "reason", reason)
                .get();
    }

    Path onlySegment() throws IOException {
        return segments().get(0);
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".frames"))
                    .sorted()
                    .toList();
        }
    }
}
