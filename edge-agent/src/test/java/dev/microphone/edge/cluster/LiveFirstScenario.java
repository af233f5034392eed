package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.spool.Spool;
import dev.microphone.edge.spool.SpoolLimits;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.Link;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sender with a stream that may go live first; time, nodes and the link are moved by hand. */
abstract class LiveFirstScenario {
    static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    static final StreamName BACKFILL = Objects.requireNonNull(STREAM.backfill());
    static final long ID = STREAM.streamId();
    static final long BEHIND = BACKFILL.streamId();
    static final NodeEndpoint NODE = NodeEndpoint.parse("a:1");
    static final LiveFirst LIVE_FIRST = new LiveFirst(Set.of(STREAM), LiveFirst.DEFAULT_IN_ORDER_NS);

    @TempDir
    Path folder;

    final CachedNanoClock clock = new CachedNanoClock();
    final Metrics metrics = new Metrics();
    final StreamDirectory names = new StreamDirectory();
    /** In the order in which they were opened. */
    final List<FakeNode> connections = new ArrayList<>();

    final List<Throwable> errors = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final Frame frame = new Frame();
    ClusterSender sender;
    boolean linkIsCut;
    long sequence;
    long referenceSequence;

    @BeforeEach
    void name() {
        names.add(STREAM);
        clock.update(1);
    }

    void open(LiveFirst liveFirst, boolean onDisk) throws IOException {
        Spool spool = onDisk
                ? Spool.onDisk(folder, SpoolLimits.defaults(), metrics, errors::add)
                : Spool.inMemory(SpoolLimits.defaults(), metrics);
        sender = new ClusterSender(
                spool, liveFirst, this::open, List.of(NODE), names, metrics, errors::add, warnings::add, clock);
    }

    Link open(NodeEndpoint endpoint) {
        FakeNode connection = new FakeNode();
        connection.connected = !linkIsCut;
        connections.add(connection);
        return connection;
    }

    @AfterEach
    void close() {
        if (sender != null) {
            sender.onClose();
        }
        assertEquals(List.of(), errors);
        assertEquals(List.of(), warnings);
    }

    FakeNode newest() {
        return connections.get(connections.size() - 1);
    }

    void capture(long epoch, int frames, int flags) {
        for (int i = 0; i < frames; i++) {
            boolean isFarEnd = (flags & FrameFlags.REFERENCE) != 0;
            frame.streamId(ID)
                    .epoch(epoch)
                    .sequence(isFarEnd ? referenceSequence++ : sequence++)
                    .captureTimeNs(sequence * 20_000_000L)
                    .flags(flags);
            assertTrue(sender.onFrame(frame));
        }
    }

    void work(long milliseconds) {
        for (long i = 0; i < milliseconds; i += 5) {
            sender.doWork();
            clock.advance(5_000_000);
        }
        sender.doWork();
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** Up to frame 100, of which the node says later that it has 80; from there on no link, for some frames. */
    void cutTheLinkFor(int frames) {
        capture(7, 1, 0);
        work(20);
        FakeNode before = newest();
        before.owns(ID, 7, -1, 3, "");
        work(20);
        capture(7, 99, 0);
        assertEquals(range(0, 100), before.framesOf(ID));
        linkIsCut = true;
        before.connected = false;
        work(50);
        capture(7, frames, 0);
        work(2_000);
        linkIsCut = false;
        // What is being tried comes about now.
        newest().connected = true;
        work(500);
    }

    FakeNode backlogOf10Seconds() {
        cutTheLinkFor(500);
        FakeNode live = newest();
        live.owns(ID, 7, 80, 3, "");
        work(0);
        return live;
    }

    long frames() {
        return metrics.gauge("microphone_spool_frames").get();
    }

    Stream<String> runFolders() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
