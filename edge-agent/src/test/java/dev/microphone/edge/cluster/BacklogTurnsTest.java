package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that all have a backlog, and one connection that does not take it at once. */
final class BacklogTurnsTest {
    private static final int STREAMS = 5;
    private static final int BACKLOG = 200;
    /** As Aeron's window has it: twice what one stream sends in one go. */
    private static final int ROOM = 32;

    private final CachedNanoClock clock = new CachedNanoClock();
    private final StreamDirectory names = new StreamDirectory();
    private final FakeNode node = new FakeNode();
    private final Frame frame = new Frame();

    private static StreamName stream(int number) {
        return new StreamName("acme/berlin/rack/mic" + number);
    }

    private void askAndBeAnswered(ClusterSender sender) {
        while (node.hellos.size() < STREAMS) {
            sender.doWork();
            clock.advance(10_000_000);
        }
        for (int i = 0; i < STREAMS; i++) {
            node.owns(stream(i).streamId(), 7, -1, 3, "");
        }
        sender.doWork();
        assertEquals(List.of(), node.frames);
    }

    private ClusterSender senderWithBacklogs(int... backlogs) throws IOException {
        Metrics metrics = new Metrics();
        ClusterSender sender = new ClusterSender(
                Spool.inMemory(SpoolLimits.defaults(), metrics),
                LiveFirst.none(),
                endpoint -> node,
                List.of(NodeEndpoint.parse("a:1")),
                names,
                metrics,
                error -> {
                    throw new AssertionError(error);
                },
                warning -> {},
                clock);
        for (int i = 0; i < STREAMS; i++) {
            StreamName stream = stream(i);
            names.add(stream);
            for (int sequence = 0; sequence < backlogs[i]; sequence++) {
                frame.streamId(stream.streamId()).epoch(7).sequence(sequence);
                assertTrue(sender.onFrame(frame));
            }
        }
        node.room = 0;
        askAndBeAnswered(sender);
        return sender;
    }

    private List<Integer> sent() {
        return IntStream.range(0, STREAMS)
                .map(i -> node.framesOf(stream(i).streamId()).size())
                .boxed()
                .toList();
    }

    @Test
    void shouldGetOnWithAllStreamsWhenTheConnectionHasNoRoomForTheirBacklogs() throws IOException {
        ClusterSender sender = senderWithBacklogs(BACKLOG, BACKLOG, BACKLOG, BACKLOG, BACKLOG);
        for (int turn = 0; turn < 2 * STREAMS; turn++) {
            node.room = ROOM;
            sender.doWork();
        }
        List<Integer> got = sent();
        assertEquals(
                2 * STREAMS * ROOM, got.stream().mapToInt(Integer::intValue).sum());
        int fair = 2 * ROOM;
        assertTrue(got.stream().allMatch(frames -> Math.abs(frames - fair) <= ROOM), () -> "frames of each: " + got);
    }

    /** It looks far more often than there is room, which comes frame by frame as the node gets on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 10})
    void shouldGetOnWithAllAlikeHoweverSeldomThereIsRoom(int rounds) throws IOException {
        ClusterSender sender = senderWithBacklogs(BACKLOG, BACKLOG, 1, 1, BACKLOG);
        for (int i = 0; i < 301; i++) {
            for (int round = 1; round < rounds; round++) {
                sender.doWork();
            }
            node.room = 1;
            sender.doWork();
        }
        List<Integer> got = sent();
        assertEquals(301, got.stream().mapToInt(Integer::intValue).sum());
        assertEquals(1, got.get(2));
        assertEquals(1, got.get(3));
        for (int i : new int[] {0, 1, 4}) {
            assertTrue(Math.abs(got.get(i) - 100) <= 4, () -> "frames of each: " + got);
        }
    }
}
