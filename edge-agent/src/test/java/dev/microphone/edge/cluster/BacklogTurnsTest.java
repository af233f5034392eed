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

    @Test
    void shouldGetOnWithAllStreamsWhenTheConnectionHasNoRoomForTheirBacklogs() throws IOException {
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
            for (int sequence = 0; sequence < BACKLOG; sequence++) {
                frame.streamId(stream.streamId()).epoch(7).sequence(sequence);
                assertTrue(sender.onFrame(frame));
            }
        }
        node.room = 0;
        askAndBeAnswered(sender);
        for (int turn = 0; turn < 2 * STREAMS; turn++) {
            node.room = ROOM;
            sender.doWork();
        }
        List<Integer> got = IntStream.range(0, STREAMS)
                .map(i -> node.framesOf(stream(i).streamId()).size())
                .boxed()
                .toList();
        assertEquals(
                2 * STREAMS * ROOM, got.stream().mapToInt(Integer::intValue).sum());
        int fair = 2 * ROOM;
        assertTrue(got.stream().allMatch(frames -> Math.abs(frames - fair) <= ROOM), () -> "frames of each: " + got);
    }
}
