package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.shard.Coverage;
import dev.microphone.processor.shard.Reception;
import dev.microphone.processor.shard.ShardRange;
import dev.microphone.processor.shard.ShardTable;
import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A door without a shard, asked over UDP on loopback. One thread is agent, porter and shard. */
final class PorterTest implements AnswerHandler {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");

    private final Metrics metrics = new Metrics();
    private final StreamDirectory names = new StreamDirectory();
    private final ShardTable shards = new ShardTable(metrics.counter("refused"));
    private final CachedNanoClock clock = new CachedNanoClock();
    private final Porter porter = new Porter(shards, names, metrics, clock);
    private final List<String> answers = new ArrayList<>();
    private final List<Long> taken = new ArrayList<>();
    private int basePort;
    private EmbeddedMedia agentSide;
    private Door door;
    private NodeLink link;

    @BeforeEach
    void open() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            basePort = Math.min(socket.getLocalPort(), 65_000);
        }
        agentSide = EmbeddedMedia.launch(PorterTest::fail);
        door = new Door(
                EmbeddedMedia.launchForAgents(PorterTest::fail),
                new PortBlocks("127.0.0.1", basePort, 1),
                metrics,
                "door-0");
        link = new NodeLink(agentSide.aeron(), new NodeEndpoint("127.0.0.1", basePort + 2, basePort + 1), metrics);
        clock.update(1);
    }

    @AfterEach
    void close() {
        link.close();
        porter.take();
        porter.onClose();
        door.close();
        agentSide.close();
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private void await(BooleanSupplier condition) {
        awaitWith(() -> {}, condition);
    }

    private void awaitWith(Runnable shard, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + answers + taken);
            shard.run();
            porter.doWork();
            link.poll(this, 10);
        }
    }

    /** The answer to a hello; the first may come too early for the way back to be open. */
    private String ask(Runnable shard) {
        answers.clear();
        long[] asked = new long[1];
        awaitWith(shard, () -> {
            if (answers.isEmpty() && asked[0]++ % 2_000_000 == 0) {
                link.hello(STREAM, 7, 0, 1);
            }
            return !answers.isEmpty();
        });
        return answers.get(0);
    }

    private Reception shardBehind(Door taken) {
        return new Reception(
                taken::receivedBy,
                new Reception.Terms(ShardRange.ALL, 9, 5_000),
                shards,
                Coverage.NOTHING,
                streamId -> "gain",
                names,
                metrics,
                "processor-0",
                clock);
    }

    private boolean take(Frame frame) {
        taken.add(frame.sequence());
        return true;
    }

    @Test
    void shouldSendAgentsToWhereTheirStreamsAreOrHaveThemAskAgain() {
        porter.give(door);
        await(link::isConnected);
        assertEquals("moved attempt 0 ", ask(() -> {}));
        shards.onAnnounced(new ShardAnnounced("10.0.0.8:40100/40101", 0, 127, 128, 4, 1, ShardAnnounced.UP));
        assertEquals("moved attempt 4 10.0.0.8:40102/40101", ask(() -> {}));
        await(() -> link.onFrame(new Frame().streamId(STREAM.streamId()).epoch(7)));
        var misrouted =
                metrics.counter("microphone_frames_dropped_total", "stage", "porter", "reason", "wrong_key_group");
        await(() -> misrouted.get() == 1);
    }

    @Test
    void shouldHandAConnectedAgentFromOneShardToTheNext() {
        porter.give(door);
        assertSame(door, porter.take());
        Reception first = shardBehind(door);
        Runnable firstPolls = () -> first.poll(this::take, 10);
        awaitWith(firstPolls, link::isConnected);
        assertEquals("owner 7 -1 attempt 9  gain", ask(firstPolls));
        porter.give(door);
        assertEquals("moved attempt 0 ", ask(() -> {}));
        assertSame(door, porter.take());
        assertNull(porter.take());
        Reception next = shardBehind(door);
        Runnable nextPolls = () -> next.poll(this::take, 10);
        // What was on its way is for the one before: the next has heard no hello.
        await(() -> link.onFrame(new Frame().streamId(STREAM.streamId()).epoch(7)));
        awaitWith(nextPolls, () -> answers.contains("moved attempt 9 "));
        assertEquals(List.of(), taken);
        assertEquals("owner 7 -1 attempt 9  gain", ask(nextPolls));
        await(() ->
                link.onFrame(new Frame().streamId(STREAM.streamId()).epoch(7).sequence(3)));
        awaitWith(nextPolls, () -> !taken.isEmpty());
        assertEquals(List.of(3L), taken);
        assertTrue(link.isConnected());
    }

    @Override
    public void onOwner(
            long streamId, long epoch, long covered, long attempt, long everyMs, String endpoint, String chain) {
        answers.add("owner " + epoch + " " + covered + " attempt " + attempt + " " + endpoint + " " + chain);
    }

    @Override
    public void onMoved(long streamId, long attempt, String endpoint) {
        answers.add("moved attempt " + attempt + " " + endpoint);
    }

    @Override
    public void onAcknowledged(long streamId, long epoch, long covered, long attempt) {
        answers.add("acknowledged " + covered);
    }
}
