package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.StreamSession;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.NodeLink;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.link.RouterChannels;
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

/** Agent, node and router over UDP on loopback; the node's time is moved by hand, and the router reads when it is told. */
final class PlainShardTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    private static final int FRAMES = 10;

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final Frame frame = new Frame();
    private final Heard heard = new Heard(new ArrayList<>(), new ArrayList<>());
    private ProcessorAgent processor;
    private PlainShard shard;
    private FrameSubscriber router;
    private NodeLink agent;

    private record Heard(List<Long> owners, List<Long> acknowledged) implements AnswerHandler {
        @Override
        public void onOwner(
                long streamId, long epoch, long covered, long attempt, long everyMs, String endpoint, String chain) {
            owners.add(covered);
        }

        @Override
        public void onMoved(long streamId, long attempt, String endpoint) {
            throw new AssertionError("it owns all streams");
        }

        @Override
        public void onAcknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
            acknowledged.add(coveredSequence);
        }
    }

    @BeforeEach
    void open() throws Exception {
        EmbeddedMedia media = open(EmbeddedMedia.launch(error -> {
            throw new AssertionError(error);
        }));
        StreamDirectory names = new StreamDirectory();
        String routerEndpoint = "127.0.0.1:" + freePort();
        router = open(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen(routerEndpoint),
                RouterChannels.STREAM_ID,
                metrics,
                "router",
                new NamedStreams(new StreamDirectory(), metrics, "router")));
        RouterLinks links = open(new RouterLinks(
                media.aeron(), new RouterList(List.of(routerEndpoint)), names, metrics, "processor", clock));
        PlainShard.Covered covered = new PlainShard.Covered();
        int basePort = freePort();
        Reception reception = new Reception(
                hellos -> new NodePort(media.aeron(), "127.0.0.1", basePort, 0, hellos, metrics, "processor"),
                new Reception.Terms(ShardRange.ALL, 9, 1_000),
                new ShardTable(metrics.counter("refused")),
                covered,
                streamId -> "none",
                names,
                metrics,
                "processor",
                clock);
        Watchdog watchdog = open(Watchdog.start());
        PreparedChain none = new PluginLibrary(
                        spec -> new byte[0], PluginLimits.defaults(), null, watchdog, 0, text -> {})
                .prepare(new ChainSpec(List.of()));
        processor = new ProcessorAgent(
                "0",
                reception,
                links,
                streamId -> none,
                ControlEventListener.NONE,
                ProcessorSettings.defaults(),
                watchdog,
                metrics,
                clock);
        covered.by(processor);
        shard = new PlainShard(processor, reception, links, covered, INTERVAL_NS, clock);
        opened.add(0, shard::onClose);
        agent = open(new NodeLink(media.aeron(), reception.endpoint(), metrics));
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 65_000);
        }
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

    private void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + heard);
            shard.doWork();
            agent.poll(heard, 10);
        }
    }

    private long answersSent() {
        return metrics.counter("microphone_link_answers_total", "stage", "processor", "result", "sent")
                .get();
    }

    private void sendAll() {
        await(agent::isConnected);
        long[] asked = new long[1];
        await(() -> {
            // The first may come too early for the way back to be open.
            if (asked[0]++ % 100_000 == 0) {
                agent.hello(STREAM, 7, 0, 1);
            }
            return !heard.owners().isEmpty();
        });
        for (int i = 0; i < FRAMES; i++) {
            frame.streamId(STREAM.streamId()).epoch(7).sequence(i);
            await(() -> agent.onFrame(frame));
        }
        await(() -> {
            StreamSession session = processor.sessionOf(STREAM.streamId());
            return session != null && session.lastSequence() == FRAMES - 1 && !processor.hasPending();
        });
    }

    @Test
    void shouldAcknowledgeNothingThatStillLiesInItsOwnBuffer() {
        sendAll();
        long answered = answersSent();
        for (int i = 0; i < 5; i++) {
            clock.advance(INTERVAL_NS);
            shard.doWork();
        }
        assertEquals(answered, answersSent());

        List<Long> taken = new ArrayList<>();
        await(() -> {
            clock.advance(WaitingSnapshots.PUSH_INTERVAL_NS);
            router.poll(received -> taken.add(received.sequence()), 10);
            return heard.acknowledged().contains(FRAMES - 1L);
        });
        assertEquals(FRAMES, taken.size());
    }
}
