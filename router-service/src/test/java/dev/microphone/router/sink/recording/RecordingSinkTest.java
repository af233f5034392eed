package dev.microphone.router.sink.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.router.Frames;
import dev.microphone.router.SinkContexts;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingSinkTest {
    private static final String LABEL = "raw:out/";
    private static final int PCM = Frames.PCM_LENGTH;

    @TempDir
    Path folder;

    private final SinkContexts contexts = new SinkContexts();
    private final long mic = contexts.stream("acme/lab/desk/mic");
    private final long other = contexts.stream("acme/lab/desk/other");
    private final Map<String, MemoryOutput> disk = new LinkedHashMap<>();
    private long capacity = Long.MAX_VALUE;

    private RecordingSink open() throws IOException {
        return new RecordingSink(
                RecordingTarget.open("raw", folder + "/", ".raw"), contexts.context(LABEL), RawWriter::new, path -> {
                    Files.createFile(path);
                    MemoryOutput output = new MemoryOutput(capacity);
                    disk.put(String.valueOf(path.getFileName()), output);
                    return output;
                });
    }

    private byte[] only() {
        assertEquals(1, disk.size(), disk.keySet()::toString);
        return disk.values().iterator().next().bytes();
    }

    @Test
    void shouldNameAFileByStreamAndTimeOfDayWhenTheSourceIsAFile() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0));

        assertEquals(List.of("acme_lab_desk_mic_20260304T050607.089Z.raw"), List.copyOf(disk.keySet()));
    }

    @Test
    void shouldNameAFileByItsFirstCaptureTimeWhenTheSourceHasAClock() throws Exception {
        RecordingSink sink = open();
        long captureTimeNs = java.time.Instant.parse("2025-12-31T23:59:58.765Z").toEpochMilli() * 1_000_000;
        sink.onFrame(Frames.frame(mic, 1, 0).clockQuality(ClockQuality.NTP).captureTimeNs(captureTimeNs));

        assertEquals(List.of("acme_lab_desk_mic_20251231T235958.765Z.raw"), List.copyOf(disk.keySet()));
    }

    @Test
    void shouldBeginANewFileWhenANewEpochBegins() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0));
        sink.onFrame(Frames.frame(mic, 2, 0));
        sink.close();

        List<MemoryOutput> files = List.copyOf(disk.values());
        assertEquals(2, files.size());
        assertArrayEquals(Frames.pcm(mic, 1, 0), files.get(0).bytes());
        assertArrayEquals(Frames.pcm(mic, 2, 0), files.get(1).bytes());
        assertTrue(files.get(0).isClosed());
        assertTrue(disk.containsKey("acme_lab_desk_mic_20260304T050607.089Z-2.raw"), disk.keySet()::toString);
    }

    @Test
    void shouldFillAGapWithSilenceOfItsLengthAndCountIt() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0));
        sink.onFrame(Frames.frame(mic, 1, 4));
        sink.onFrame(Frames.frame(mic, 1, 6));
        sink.close();

        byte[] bytes = only();
        assertEquals(7 * PCM, bytes.length);
        assertArrayEquals(new byte[3 * PCM], Arrays.copyOfRange(bytes, PCM, 4 * PCM));
        assertArrayEquals(Frames.pcm(mic, 1, 4), Arrays.copyOfRange(bytes, 4 * PCM, 5 * PCM));
        assertEquals(
                4L * Frames.SAMPLES,
                contexts.metrics
                        .counter("microphone_silence_inserted_samples_total", "sink", LABEL)
                        .get());
        assertEquals(1, contexts.messages.size());
        assertTrue(
                contexts.messages
                        .get(0)
                        .endsWith(": 3 missing frames before 4 became silence; further gaps are only" + " counted"),
                contexts.messages::toString);
    }

    @Test
    void shouldBeginANewFileWhenAGapIsLongerThanTenSeconds() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0));
        sink.onFrame(Frames.frame(mic, 1, 501));
        sink.onFrame(Frames.frame(mic, 1, 1_003));
        sink.close();

        List<MemoryOutput> files = List.copyOf(disk.values());
        assertEquals(2, files.size());
        assertEquals(502 * PCM, files.get(0).bytes().length);
        assertArrayEquals(Frames.pcm(mic, 1, 1_003), files.get(1).bytes());
    }

    @Test
    void shouldFinishTheFileWhenTheStreamEnds() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0).flags(FrameFlags.END_OF_STREAM));

        assertTrue(disk.values().iterator().next().isClosed());
        assertArrayEquals(Frames.pcm(mic, 1, 0), only());
    }

    @Test
    void shouldFinishTheFileOfASilentStreamWhenItWasFlushedSixtyTimesWithoutAFrame() throws Exception {
        RecordingSink sink = open();
        sink.onFrame(Frames.frame(mic, 1, 0));
        for (int i = 0; i < 60; i++) {
            sink.flush();
        }
        assertEquals(false, disk.values().iterator().next().isClosed());

        sink.flush();

        assertEquals(true, disk.values().iterator().next().isClosed());
        sink.onFrame(Frames.frame(mic, 1, 1));
        assertEquals(2, disk.size());
    }

    @Test
    void shouldSaveWhatFitsAndSayOnceHowMuchWhenTheDiskIsFull() throws Exception {
        capacity = 10L * PCM + 100;
        RecordingSink sink = open();
        for (int sequence = 0; sequence < 20; sequence++) {
            sink.onFrame(Frames.frame(mic, 1, sequence));
        }

        assertEquals(10 * PCM, only().length);
        Path file = folder.resolve("acme_lab_desk_mic_20260304T050607.089Z.raw");
        String line = LABEL + ": " + file + ": No space left on device: recording stopped, the first 0.20 s are saved";
        assertEquals(List.of(line), contexts.messages);
        assertEquals(line, sink.fault());
        assertEquals(10, contexts.dropped(LABEL, "sink_failed"));
    }

    @Test
    void shouldGoOnWithOtherStreamsAndTheNextEpochWhenOneFileFailed() throws Exception {
        RecordingSink sink = open();
        capacity = PCM;
        sink.onFrame(Frames.frame(mic, 1, 0));
        capacity = Long.MAX_VALUE;
        sink.onFrame(Frames.frame(other, 1, 0));
        sink.onFrame(Frames.frame(mic, 1, 1));
        sink.onFrame(Frames.frame(other, 1, 1));
        assertNotNull(sink.fault());
        sink.onFrame(Frames.frame(mic, 2, 0));
        sink.close();

        Map<String, Integer> lengths = new TreeMap<>();
        disk.forEach((name, output) -> lengths.put(name, output.bytes().length / PCM));
        assertEquals(
                Map.of(
                        "acme_lab_desk_mic_20260304T050607.089Z.raw", 1,
                        "acme_lab_desk_mic_20260304T050607.089Z-2.raw", 1,
                        "acme_lab_desk_other_20260304T050607.089Z.raw", 2),
                lengths);
        assertNull(sink.fault());
    }

    @Test
    void shouldRecordTheFirstStreamOnlyAndSaySoOnceWhenTheTargetIsAFile() throws Exception {
        SinkUri uri = SinkUri.parse("wav:" + folder.resolve("one.wav"));
        try (Stream<Path> before = Files.list(folder)) {
            assertEquals(0, before.count());
        }
        var sink = uri.kind().opener().open(uri, contexts.context(uri.toString()));
        for (int sequence = 0; sequence < 5; sequence++) {
            sink.onFrame(Frames.frame(mic, 1, sequence));
            sink.onFrame(Frames.frame(other, 1, sequence));
        }
        sink.close();

        try (Stream<Path> after = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("one.wav")), after.toList());
        }
        assertEquals(
                List.of(uri + " holds one stream, acme/lab/desk/mic: acme/lab/desk/other is not recorded;"
                        + " name a folder to record several"),
                contexts.messages);
        assertEquals(5, contexts.dropped(uri.toString(), "file_holds_one_stream"));
    }

    /** Samples as they come: this is about files, not formats. */
    private static final class RawWriter implements AudioWriter {
        private final RecordingOutput output;
        private long length;

        RawWriter(RecordingOutput output) {
            this.output = output;
        }

        @Override
        public void write(byte[] pcm, int offset, int lengthBytes) throws IOException {
            output.append(pcm, offset, lengthBytes);
            length += lengthBytes;
        }

        @Override
        public void flush() {}

        @Override
        public void close() throws IOException {
            output.truncate(length);
            output.close();
        }

        @Override
        public long savedSamples() {
            return length / 4;
        }
    }
}
