package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who run the job see of it. */
final class JobOperationTest {
    private static final long DEADLINE_NS = 20_000_000_000L;
    private static final Pattern VERTEX = Pattern.compile("\"vertices\":\\[\\{\"id\":\"([0-9a-f]+)\"");
    private static final Pattern FAILED = Pattern.compile("\"failed\":([0-9]+)");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"([0-9]+)\"");

    @TempDir
    Path folder;

    private JobUnderTest job;

    @BeforeEach
    void open() throws IOException {
        job = new JobUnderTest(folder);
    }

    @AfterEach
    void close() throws Exception {
        job.close();
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    /** The name under which Flink shows what ends so; null when it does not. */
    private static String named(String metrics, String end) {
        Matcher matcher =
                Pattern.compile("\"id\":\"([^\"]*" + Pattern.quote(end) + ")\"").matcher(metrics);
        return matcher.find() ? matcher.group(1) : null;
    }

    @Test
    void shouldShowItsCountersInFlinksMetrics() throws Exception {
        job.start(1, job.settings("gain", 200, 100));
        StreamSender sender = job.sender(JobUnderTest.named(0), JobUnderTest.noise(50, 1));
        sender.upTo(50);
        job.await(() -> job.count(JobUnderTest.named(0)) == 50);
        assertEquals("50", shown("processor.0.microphone_frames_processed_total"));
        assertEquals("50", shown("processor.0.microphone_frame_processing_duration_ms_count"));
    }

    /** The value of what ends so; it is made when the first frame comes, long after the task began. */
    private String shown(String end) throws Exception {
        String metrics = "/vertices/" + group(VERTEX, job.web("")) + "/subtasks/0/metrics";
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        String name = named(job.web(metrics), end);
        while (name == null) {
            assertTrue(System.nanoTime() < deadlineNs, job.web(metrics) + JobUnderTest.nodeCounters());
            Thread.onSpinWait();
            name = named(job.web(metrics), end);
        }
        return group(VALUE, job.web(metrics + "?get=" + name));
    }

    @Test
    void shouldGoOnWhileCheckpointsCannotBeStored() throws Exception {
        job.start(1, job.settings("gain", 100, 50));
        StreamSender sender = job.sender(JobUnderTest.named(0), JobUnderTest.noise(60, 1));
        sender.upTo(20);
        job.await(() -> sender.acknowledged == 19);

        Path storage;
        try (Stream<Path> children = Files.list(folder)) {
            storage = children.findFirst().orElseThrow();
        }
        Path away = folder.resolve("away");
        Files.move(storage, away);
        Files.createFile(storage);
        long failedBefore = failedCheckpoints();
        sender.upTo(40);
        job.await(() -> job.count(JobUnderTest.named(0)) == 40 && failedCheckpoints() > failedBefore + 3);
        assertEquals(19, sender.acknowledged, "no checkpoint covers what came then");

        Files.delete(storage);
        Files.move(away, storage);
        sender.upTo(60);
        job.await(() -> sender.acknowledged == 59);
        assertEquals(60, job.count(JobUnderTest.named(0)));
        assertTrue(job.lastFailure().startsWith("none"), job.lastFailure());
    }

    @Test
    void shouldHaveEveryStreamAsItStandsInTheSavepointBehindWhichItStops() throws Exception {
        job.start(1, job.settings("gain", 600_000, 100));
        StreamSender sender = job.sender(JobUnderTest.named(0), JobUnderTest.noise(50, 1));
        sender.upTo(50);
        job.await(() -> job.count(JobUnderTest.named(0)) == 50);
        assertTrue(sender.acknowledged < 49, "a stream's turn comes once in ten minutes");
        CompletableFuture<String> stopped = job.stopWithSavepoint();
        job.await(() -> stopped.isDone() && sender.acknowledged == 49);
        assertFalse(stopped.get().isEmpty());
    }

    private long failedCheckpoints() {
        try {
            return Long.parseLong(group(FAILED, job.web("/checkpoints")));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGoOnWithAnotherDriverWhenAeronHasClosed() throws Exception {
        job.start(1, job.settings("gain", 100, 50));
        StreamSender sender = job.sender(JobUnderTest.named(0), JobUnderTest.noise(40, 1));
        sender.upTo(20);
        job.await(() -> sender.acknowledged == 19);
        EmbeddedMedia before = TaskManagerNode.running().toRouters();
        before.aeron().close();
        sender.upTo(40);
        job.await(() -> sender.acknowledged == 39);
        assertEquals(40, job.count(JobUnderTest.named(0)));
        assertNotSame(before, TaskManagerNode.running().toRouters());
    }

    /** Nothing would come from agents any more, and nothing would be seen of it. */
    @Test
    void shouldFailWhenTheAeronThatAgentsSendToHasClosed() throws Exception {
        ShardSettings settings = job.settings("gain", 100, 50);
        TaskManagerNode node = TaskManagerNode.acquire(settings);
        Door door = node.takeDoor();
        // The one that the task takes.
        node.giveBack(door);
        job.start(1, settings);
        job.await(() -> node.shards().ownerOf(0) != null);
        door.aeron().close();
        job.await(() -> job.lastFailure().contains("this task's Aeron has closed"));
        node.release();
    }

    @Test
    void shouldForgetItsKeyGroupsWhenTheJobEnds() throws Exception {
        ShardSettings settings = job.settings("gain", 200, 100);
        TaskManagerNode node = TaskManagerNode.acquire(settings);
        job.start(2, settings);
        job.await(() -> node.shards().ownerOf(0) != null && node.shards().ownerOf(127) != null);
        assertNotNull(node.shards().ownerOf(64));
        job.cancel();
        job.await(() -> node.shards().ownerOf(0) == null && node.shards().ownerOf(127) == null);
        node.release();
    }
}
