package dev.microphone.edge.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamName;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpoolTest extends SpoolFixture {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepFramesUntilTheyAreAcknowledgedAndSendThemAgainFromWhereItIsAsked(boolean onDisk) throws IOException {
        SpooledRun run = open(onDisk, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 1_000);
        assertEquals(range(0, 1_000), drain(run));
        assertFalse(run.hasNext());
        run.sendFromBehind(400);
        assertEquals(range(401, 1_000), drain(run));
        run.acknowledge(700);
        assertEquals(701, run.oldestSequence());
        assertEquals(1_000, run.nextSequence());
        assertEquals(299, spool.frames());
        run.sendFromBehind(-1);
        assertEquals(range(701, 1_000), drain(run));
        run.acknowledge(999);
        assertTrue(run.isEmpty());
        append(run, 1_000, 1_100);
        assertTrue(run.hasNext());
        assertEquals(range(1_000, 1_100), drain(run));
        assertEquals(List.of(), errors);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDropTheOldestWhenItIsFullAndSayBeforeWhichFrame(boolean onDisk) throws IOException {
        SpooledRun run = open(onDisk, new SpoolLimits(2, 64 << 20)).begin(STREAM, 7);
        append(run, 0, 150);
        assertEquals(49, dropped("spool_full"));
        assertEquals(49, run.lostFrames());
        Frame next = new Frame();
        assertTrue(run.next(next));
        assertEquals(49, next.sequence());
        assertTrue(next.has(FrameFlags.GAP_BEFORE));
        run.sent();
        assertTrue(run.next(next));
        assertFalse(next.has(FrameFlags.GAP_BEFORE));
        drain(run);
        append(run, 150, 200);
        // Sent and not acknowledged: not lost, but no longer safe.
        assertEquals(49, dropped("spool_full"));
        assertEquals(50, dropped("spool_full_sent"));
        assertEquals(range(150, 200), drain(run));
    }

    @Test
    void shouldTakeRoomFromWhoeverHasMost() throws IOException {
        open(false, new SpoolLimits(3_600, 100L * Frame.MAX_LENGTH));
        SpooledRun large = spool.begin(STREAM, 7);
        append(large, 0, 80);
        SpooledRun small = spool.begin(new StreamName("acme/berlin/desk/other"), 7);
        append(small, 0, 40);
        assertEquals(100, spool.frames());
        assertEquals(60, large.frames());
        assertEquals(40, small.frames());
        assertEquals(20, large.oldestSequence());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepFarEndFramesWithTheNearEndFrameBehindThem(boolean onDisk) throws IOException {
        SpooledRun run = open(onDisk, SpoolLimits.defaults()).begin(STREAM, 7);
        for (int i = 0; i < 10; i++) {
            run.append(numbered(2L * i, FrameFlags.REFERENCE));
            run.append(numbered(2L * i + 1, FrameFlags.REFERENCE));
            run.append(numbered(i, 0));
        }
        drain(run);
        run.sendFromBehind(3);
        assertEquals(List.of(8L, 9L, 4L, 10L, 11L, 5L), drain(run).subList(0, 6));
        run.acknowledge(3);
        assertEquals(18, run.frames());
        assertEquals(4, run.oldestSequence());
    }

    @Test
    void shouldDeliverWhatAnEarlierProcessLeft() throws IOException {
        SpooledRun run = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 1_000);
        run.acknowledge(599);
        spool.close();
        List<SpooledRun> recovered = open(true, SpoolLimits.defaults()).recover();
        assertEquals(1, recovered.size());
        SpooledRun old = recovered.get(0);
        assertEquals(STREAM, old.stream());
        assertEquals(7, old.epoch());
        assertEquals(1_000, old.nextSequence());
        assertTrue(old.hasEnded());
        // Whole segments go: some that were acknowledged come again, and are dropped as duplicates.
        List<Long> sequences = drain(old);
        assertEquals(range(sequences.get(0), 1_000), sequences);
        assertTrue(
                sequences.get(0) <= 600 && sequences.get(0) > 300,
                sequences.get(0).toString());
        old.acknowledge(999);
        spool.finish(old);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of("lock"),
                    files.map(file -> file.getFileName().toString()).toList());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldBeginBehindEveryRunOfEarlierProcessesWhenTheClockWasSetBack() throws IOException {
        SpooledRun before = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(before, 0, 10);
        before.acknowledge(9);
        spool.finish(before);
        spool.close();
        // Nothing of it is left, but that there was one; the clock says the same second, and an earlier one.
        SpooledRun same = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        assertEquals(8, same.epoch());
        assertEquals(7, same.capturedEpoch());
        append(same, 0, 3);
        Frame next = new Frame();
        assertTrue(same.next(next));
        assertEquals(8, next.epoch());
        spool.close();
        List<SpooledRun> recovered = open(true, SpoolLimits.defaults()).recover();
        assertEquals(8, recovered.get(0).epoch());
        SpooledRun earlier = spool.begin(STREAM, 3);
        append(earlier, 0, 2);
        assertEquals(9, earlier.epoch());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSendWithTheEpochThatItWasGivenLaterAlsoAfterARestart() throws IOException {
        SpooledRun run = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 5);
        run.sendWithEpoch(12);
        append(run, 5, 8);
        assertSentWith(12, run);
        spool.close();
        SpooledRun recovered = open(true, SpoolLimits.defaults()).recover().get(0);
        assertEquals(12, recovered.epoch());
        assertSentWith(12, recovered);
        assertEquals(13, spool.begin(STREAM, 8).epoch());
        assertEquals(List.of(), errors);
    }

    private static void assertSentWith(long epoch, SpooledRun run) {
        Frame sent = new Frame();
        Frame checked = new Frame();
        int frames = 0;
        while (run.hasNext()) {
            assertTrue(run.next(sent));
            assertEquals(FrameFault.NONE, checked.decode(sent.buffer(), 0, sent.length()));
            assertEquals(epoch, checked.epoch());
            assertEquals(frames, checked.sequence());
            run.sent();
            frames++;
        }
        assertEquals(8, frames);
    }

    @Test
    void shouldRefuseAFolderThatAnotherAgentUsesOrThatCannotBeWritten() throws IOException {
        open(true, SpoolLimits.defaults());
        IOException inUse = assertThrows(
                IOException.class, () -> Spool.onDisk(folder, SpoolLimits.defaults(), metrics, errors::add));
        assertTrue(inUse.getMessage().contains("in use by another agent"), inUse.getMessage());
        Path file = Files.write(folder.resolve("file"), new byte[1]);
        IOException noFolder = assertThrows(
                IOException.class,
                () -> Spool.onDisk(file.resolve("spool"), SpoolLimits.defaults(), metrics, errors::add));
        assertTrue(noFolder.getMessage().contains("cannot be written"), noFolder.getMessage());
    }

    @Test
    void shouldGoOnInMemoryWhenTheDiskTakesNoMore() throws IOException {
        SpooledRun run = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 200);
        // Segments cannot be made any more: their folder has become a file.
        Path runFolder = onlySegment().getParent();
        Path moved = folder.resolve("moved");
        Files.move(runFolder, moved);
        Files.write(runFolder, new byte[1]);
        append(run, 200, 1_000);
        assertEquals(1, errors.size(), errors.toString());
        assertTrue(metrics.counter("microphone_spool_in_memory_total").get() > 500);
        assertEquals(range(0, 1_000), drain(run));
        run.acknowledge(900);
        run.sendFromBehind(-1);
        assertEquals(range(901, 1_000), drain(run));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerFrame(boolean onDisk) throws IOException {
        SpooledRun run = open(onDisk, SpoolLimits.defaults()).begin(STREAM, 7);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Frame next = new Frame();
        long least = Long.MAX_VALUE;
        int sequence = 0;
        for (int round = 0; round < 40; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            // Less than a segment: a new file may allocate.
            for (int i = 0; i < 100; i++) {
                run.append(numbered(sequence++, 0));
                if (run.next(next)) {
                    run.sent();
                }
            }
            run.acknowledge(sequence - 10);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < 100, least + " bytes for 100 frames");
    }

    /** Writes frames until it is killed; says on its output how many were kept. */
    static final class Writer {
        public static void main(String[] arguments) throws IOException {
            SpoolTest test = new SpoolTest();
            test.folder = Path.of(arguments[0]);
            // More than it can write before it is killed: nothing is dropped.
            SpooledRun run = test.open(true, new SpoolLimits(86_400, 1L << 30)).begin(STREAM, 7);
            for (int i = 0; ; i++) {
                run.append(test.numbered(i, 0));
                System.out.println(i);
            }
        }
    }

    @Test
    void shouldHaveEveryFrameThatAProcessKeptBeforeItWasKilled() throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        long last = -1;
        try (var lines = writer.inputReader()) {
            String line = lines.readLine();
            while (line != null && last < 2_000) {
                last = Long.parseLong(line);
                line = lines.readLine();
            }
            // SIGKILL.
            assertTrue(writer.toHandle().destroyForcibly());
            while (line != null && line.matches("\\d+")) {
                last = Long.parseLong(line);
                line = lines.readLine();
            }
        }
        assertTrue(writer.waitFor(20, TimeUnit.SECONDS));
        assertEquals(137, writer.exitValue());
        List<Long> sequences =
                drain(open(true, new SpoolLimits(86_400, 1L << 30)).recover().get(0));
        assertEquals(range(0, sequences.size()), sequences);
        assertTrue(sequences.size() > last, sequences.size() + " frames, " + last + " was kept");
        assertEquals(List.of(), errors);
    }
}
