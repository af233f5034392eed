package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.KeyGroups;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shard of the lower half of the key groups, asked over UDP on loopback. */
final class ReceptionTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final ShardRange LOWER = new ShardRange(0, 63);
    private static final StreamName OURS = named(true);
    private static final StreamName THEIRS = named(false);

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private final Frame frame = new Frame();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final StreamDirectory names = new StreamDirectory();
    private final ShardTable shards = new ShardTable(metrics.counter("refused"));
    private final AnswerHandler heard = new Heard(answers);
    private long coveredEpoch = -1;
    private long coveredSequence;
    private int basePort;
    private EmbeddedMedia agentSide;
    private Reception reception;

    private static StreamName named(boolean ours) {
        for (int i = 0; ; i++) {
            StreamName name = new StreamName("acme/berlin/desk/mic" + i);
            if (LOWER.owns(name.streamId()) == ours) {
                return name;
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            basePort = Math.min(socket.getLocalPort(), 65_000);
        }
        agentSide = open(EmbeddedMedia.launch(ReceptionTest::fail));
        EmbeddedMedia nodeSide = open(EmbeddedMedia.launch(ReceptionTest::fail));
        Coverage coverage = new Coverage() {
            @Override
            public long coveredEpoch(long streamId) {
                return coveredEpoch;
            }

            @Override
            public long coveredSequence(long streamId) {
                return coveredSequence;
            }
        };
        reception = open(new Reception(
                hellos -> new NodePort(nodeSide.aeron(), "127.0.0.1", basePort, 1, hellos, metrics, "processor"),
                new Reception.Terms(LOWER, 9, 5_000, 2),
                shards,
                coverage,
                streamId -> "rnnoise",
                names,
                metrics,
                "processor",
                clock));
        clock.update(1);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private boolean take(Frame received) {
        taken.add(received.sequence());
        return true;
    }

    private void await(BooleanSupplier condition, NodeLink... links) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + answers + taken);
            reception.poll(this::take, 10);
            for (NodeLink link : links) {
                link.poll(heard, 10);
            }
        }
    }

    private NodeLink link(int port) {
        NodeLink link =
                open(new NodeLink(agentSide.aeron(), new NodeEndpoint("127.0.0.1", port, basePort + 1), metrics));
        await(link::isConnected, link);
        return link;
    }

    /** The answer to a hello; the first may come too early for the way back to be open. */
    private String ask(NodeLink link, StreamName stream, long epoch, long oldest, long next) {
        answers.clear();
        long[] asked = new long[1];
        await(
                () -> {
                    if (answers.isEmpty() && asked[0]++ % 2_000_000 == 0) {
                        link.hello(stream, epoch, oldest, next);
                    }
                    return !answers.isEmpty();
                },
                link);
        return answers.get(0);
    }

    private void send(NodeLink link, StreamName stream, long sequence) {
        await(() -> link.onFrame(frame.streamId(stream.streamId()).epoch(7).sequence(sequence)), link);
    }

    private long dropped(String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "processor", "reason", reason)
                .get();
    }

    @Test
    void shouldSendAnAgentOnToAPortForFramesAndTakeThemFromThereAlone() {
        NodeLink door = link(basePort);
        assertEquals(
                "owner 7 -1 attempt 9 every 5000 ms 127.0.0.1:" + (basePort + 2) + "/" + (basePort + 1) + " rnnoise",
                ask(door, OURS, 7, 0, 1));
        NodeLink frames = link(basePort + 2);
        assertEquals("owner 7 -1 attempt 9 every 5000 ms  rnnoise", ask(frames, OURS, 7, 0, 1));
        send(frames, OURS, 0);
        await(() -> taken.equals(List.of(0L)), frames);
        // Someone else with the stream's id.
        send(door, OURS, 1);
        await(() -> dropped("not_introduced") == 1, door);
        assertEquals(List.of(0L), taken);
        assertEquals(OURS.value(), names.nameOf(OURS.streamId()));
    }

    @Test
    void shouldSayFromWhereOnItNeedsFrames() {
        NodeLink frames = link(basePort + 2);
        coveredEpoch = 7;
        coveredSequence = 41;
        assertTrue(ask(frames, OURS, 7, 0, 100).startsWith("owner 7 41 "));
        assertTrue(ask(frames, OURS, 8, 0, 100).startsWith("owner 8 -1 "));
        // A run that says to be before the one that is known here: none of it would be taken, nor is it acknowledged.
        assertTrue(ask(frames, OURS, 6, 0, 100).startsWith("owner 7 41 "));
        reception.acknowledge(OURS.streamId(), 7, 41);
        await(() -> answers.contains("acknowledged 7 41 attempt 9"), frames);
    }

    @Test
    void shouldTellWhoHasJustAskedAsSoonAsSomebodyElseHasTheStream() {
        NodeLink frames = link(basePort + 2);
        assertEquals("moved attempt 0 ", ask(frames, THEIRS, 7, 0, 1));
        answers.clear();
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 64, 127, 128, 4, 1, ShardAnnounced.UP));
        await(() -> !answers.isEmpty(), frames);
        // The same again is no news.
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 64, 127, 128, 4, 1, ShardAnnounced.UP));
        assertEquals("moved attempt 4 10.0.0.8:40102/40101", ask(frames, THEIRS, 7, 0, 1));
        assertEquals(1, answers.size());
        // Of one that has died nobody hears, but of who takes over.
        answers.clear();
        shards.onAnnounced(new ShardAnnounced("10.0.0.9:40200/40201", 64, 127, 128, 5, 1, ShardAnnounced.UP));
        await(() -> !answers.isEmpty(), frames);
        assertEquals(List.of("moved attempt 5 10.0.0.9:40202/40201"), answers);
    }

    @Test
    void shouldStillTellOfANewOwnerAfterNewsOfOneThatWasHereBefore() {
        String here = "127.0.0.1:" + basePort + "/" + (basePort + 1);
        NodeLink frames = link(basePort + 2);
        shards.onAnnounced(new ShardAnnounced(here, 64, 127, 128, 3, 1, ShardAnnounced.UP));
        assertEquals("moved attempt 0 ", ask(frames, THEIRS, 7, 0, 1));
        answers.clear();
        shards.onAnnounced(new ShardAnnounced("10.0.0.7:40100/40101", 0, 31, 128, 4, 1, ShardAnnounced.UP));
        reception.poll(this::take, 10);
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 64, 127, 128, 4, 1, ShardAnnounced.UP));
        await(() -> !answers.isEmpty(), frames);
        assertEquals(List.of("moved attempt 4 10.0.0.8:40102/40101"), answers);
    }

    @Test
    void shouldNotTellWhoHasLongGoneElsewhere() {
        NodeLink frames = link(basePort + 2);
        assertEquals("moved attempt 0 ", ask(frames, THEIRS, 7, 0, 1));
        clock.advance(1_000_000_000);
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 64, 127, 128, 4, 1, ShardAnnounced.UP));
        assertEquals("owner 7 -1 attempt 9 every 5000 ms  rnnoise", ask(frames, OURS, 7, 0, 1));
        assertEquals(1, answers.size());
    }

    @Test
    void shouldSendAStreamOfAnotherShardThere() {
        NodeLink frames = link(basePort + 2);
        assertEquals("moved attempt 0 ", ask(frames, THEIRS, 7, 0, 1));
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 64, 127, 128, 4, 1, ShardAnnounced.UP));
        assertEquals("moved attempt 4 10.0.0.8:40102/40101", ask(frames, THEIRS, 7, 0, 1));
        answers.clear();
        send(frames, THEIRS, 0);
        send(frames, THEIRS, 1);
        await(() -> dropped("wrong_key_group") == 2, frames);
        await(() -> !answers.isEmpty(), frames);
        clock.advance(100_000_000);
        send(frames, THEIRS, 2);
        await(() -> answers.size() == 2, frames);
        assertEquals(List.of("moved attempt 4 10.0.0.8:40102/40101", "moved attempt 4 10.0.0.8:40102/40101"), answers);
        assertEquals(List.of(), taken);
        assertTrue(KeyGroups.of(THEIRS.streamId()) > 63);
    }

    @Test
    void shouldTakeNewStreamsInPlaceOfThoseWhoseAgentsAreGone() {
        List<StreamName> others = IntStream.range(0, 100)
                .mapToObj(i -> new StreamName("acme/berlin/desk/other" + i))
                .filter(name -> LOWER.owns(name.streamId()))
                .toList();
        NodeLink staying = link(basePort + 2);
        ask(staying, OURS, 7, 0, 1);
        NodeLink going = link(basePort + 2);
        ask(going, others.get(0), 7, 0, 1);
        assertTrue(going.hello(others.get(1), 7, 0, 1));
        await(() -> refused("too_many_streams") == 1, going);
        going.close();
        clock.advance(1_000_000_000);
        NodeLink coming = link(basePort + 2);
        assertTrue(askAgain(coming, others.get(2)).startsWith("owner 7"));
        send(staying, OURS, 0);
        await(() -> taken.equals(List.of(0L)), staying);
        assertTrue(names.nameOf(others.get(0).streamId()).startsWith("0x"));
    }

    /** Until the door has noticed that the agent before is gone; it looks once a second. */
    private String askAgain(NodeLink link, StreamName stream) {
        answers.clear();
        long[] asked = new long[1];
        await(
                () -> {
                    if (answers.isEmpty() && asked[0]++ % 200_000 == 0) {
                        clock.advance(1_000_000_000);
                        link.hello(stream, 7, 0, 1);
                    }
                    return !answers.isEmpty();
                },
                link);
        return answers.get(0);
    }

    private long refused(String reason) {
        return metrics.counter("microphone_link_messages_refused_total", "stage", "processor", "reason", reason)
                .get();
    }

    private record Heard(List<String> answers) implements AnswerHandler {
        @Override
        public void onOwner(
                long streamId, long epoch, long covered, long attempt, long everyMs, String endpoint, String chain) {
            answers.add("owner " + epoch + " " + covered + " attempt " + attempt + " every " + everyMs + " ms "
                    + endpoint + " " + chain);
        }

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {
            answers.add("moved attempt " + attempt + " " + endpoint);
        }

        @Override
        public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
            answers.add("acknowledged " + epoch + " " + coveredSequence + " attempt " + attempt);
        }
    }
}
