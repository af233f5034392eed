package dev.microphone.standalone.dump;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import dev.microphone.standalone.dump.StageDump.WhenBehind;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpQueueTest {
    private static final PcmFormat FORMAT = new PcmFormat(48_000, 2, SampleEncoding.S16);
    private static final int FRAME_BYTES = 3_840;

    @TempDir
    private Path folder;

    private final List<String> messages = Collections.synchronizedList(new ArrayList<>());

    @Test
    void shouldAllocateNothingForAFrame() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] frame = new byte[FRAME_BYTES];
        try (DumpQueue queue = new DumpQueue(folder, 1 << 30, WhenBehind.LEAVE_OUT, messages::add)) {
            int track = queue.add(folder.resolve("a.wav"), FORMAT);
            for (int i = 0; i < 4_000; i++) {
                queue.offer(track, frame, 0, FRAME_BYTES);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 4_000; i++) {
                queue.offer(track, frame, 0, FRAME_BYTES);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertTrue(allocated < 4_000, allocated + " bytes for 4,000 frames");
        }
    }

    @Test
    void shouldNameTheFileInWhichAudioIsMissingWhenTheWriterIsBehind() throws Exception {
        int frames = 5_000;
        byte[] frame = new byte[FRAME_BYTES];
        Path file = folder.resolve("a.wav");
        try (DumpQueue queue = new DumpQueue(folder, 1 << 30, WhenBehind.LEAVE_OUT, messages::add)) {
            int track = queue.add(file, FORMAT);
            for (int i = 0; i < frames; i++) {
                queue.offer(track, frame, 0, FRAME_BYTES);
            }
        }

        long written = (Files.size(file) - 46) / FRAME_BYTES;
        long missing = messages.stream()
                .filter(message -> message.startsWith(file + ": "))
                .mapToLong(message -> Long.parseLong(message.replaceFirst(".*: (\\d+) blocks are missing.*", "$1")))
                .sum();
        assertEquals(frames, written + missing);
    }

    @Test
    void shouldWaitForTheWriterWhereNothingMayBeMissing() throws Exception {
        int frames = 3_000;
        byte[] frame = new byte[FRAME_BYTES];
        Path file = folder.resolve("a.wav");
        try (DumpQueue queue = new DumpQueue(folder, 1 << 30, WhenBehind.WAIT, messages::add)) {
            int track = queue.add(file, FORMAT);
            for (int i = 0; i < frames; i++) {
                queue.offer(track, frame, 0, FRAME_BYTES);
            }
        }

        assertEquals(46 + (long) frames * FRAME_BYTES, Files.size(file));
    }
}
