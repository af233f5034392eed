package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routers that are killed with frames they have received and not read: processes, over UDP on loopback. */
final class RouterRestartTest {
    private static final int READ = 40;
    /** Less than a window: all of it is with the router before that is killed. */
    private static final int SENT_BEFORE = 100;

    private static final int SENT = 150;

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final StreamDirectory names = new StreamDirectory();
    private final Frame frame = new Frame();
    private final List<Long> delivered = new ArrayList<>();
    private RouterLinks links;
    private StreamName stream;
    private long next;

    /** Reads some frames, and no more until it is killed. */
    static final class Router {
        public static void main(String[] arguments) {
            EmbeddedMedia media = EmbeddedMedia.launch(RouterRestartTest::fail);
            FrameSubscriber subscriber = subscriber(media, arguments[0], new Metrics());
            int[] read = new int[1];
            while (read[0] < READ) {
                subscriber.poll(
                        taken -> {
                            System.out.println(taken.sequence());
                            read[0]++;
                            return true;
                        },
                        1);
            }
            while (media.aeron().context() != null) {
                LockSupport.park();
            }
        }
    }

    private static FrameSubscriber subscriber(EmbeddedMedia media, String endpoint, Metrics metrics) {
        return new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen(endpoint),
                RouterChannels.STREAM_ID,
                metrics,
                "router",
                new NamedStreams(new StreamDirectory(), metrics, "router"));
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    @BeforeEach
    void start() {
        clock.update(1);
    }

    @AfterEach
    void close() {
        CloseHelper.closeAll(opened);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static String freeEndpoint() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private void connect(List<String> endpoints) {
        EmbeddedMedia media = open(EmbeddedMedia.launch(RouterRestartTest::fail));
        links = open(new RouterLinks(media.aeron(), new RouterList(endpoints), names, metrics, "processor", clock));
        links.doWork();
        stream = LongStream.iterate(0, i -> i + 1)
                .mapToObj(i -> new StreamName("acme/berlin/desk/mic" + i))
                .filter(name -> endpoints.get(0).equals(links.routerOf(name.streamId())))
                .findFirst()
                .orElseThrow();
        names.add(stream);
    }

    private void work(long until) {
        links.doWork();
        frame.streamId(stream.streamId()).epoch(7).sequence(next);
        if (next < until && links.onFrame(frame)) {
            next++;
        }
    }

    private void await(BooleanSupplier condition, Runnable meanwhile) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "not reached within 30 s: " + next + " " + delivered);
            meanwhile.run();
        }
    }

    private void receive(FrameSubscriber router) {
        router.poll(
                taken -> {
                    delivered.add(taken.sequence());
                    return true;
                },
                10);
    }

    /** Returns when it has read, and got more. */
    private void runAndKill(String endpoint) throws Exception {
        Process router = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Router.class.getName(),
                        endpoint)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        opened.add(0, router::destroyForcibly);
        long[] read = new long[1];
        try (BufferedReader lines = router.inputReader()) {
            await(() -> next == SENT_BEFORE && hasRead(lines, read), () -> work(SENT_BEFORE));
        }
        // SIGKILL.
        assertTrue(router.toHandle().destroyForcibly());
        assertTrue(router.waitFor(20, TimeUnit.SECONDS));
        assertEquals(137, router.exitValue());
    }

    private static boolean hasRead(BufferedReader lines, long[] read) {
        try {
            while (read[0] < READ && lines.ready()) {
                assertEquals(String.valueOf(read[0]), lines.readLine());
                read[0]++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read[0] == READ;
    }

    private void expectAllThatWasNotReadAndWhatFollows() {
        assertTrue(delivered.get(0) <= READ, "the first is frame " + delivered.get(0));
        assertEquals(LongStream.range(delivered.get(0), SENT).boxed().toList(), delivered);
        assertTrue(metrics.counter("microphone_frames_sent_again_total", "stage", "processor")
                        .get()
                >= SENT_BEFORE - READ);
    }

    @Test
    void shouldSendAgainWhatARouterHadNotReadWhenItIsKilledAndComesBackAtTheSameAddress() throws Exception {
        String endpoint = freeEndpoint();
        connect(List.of(endpoint));
        runAndKill(endpoint);
        EmbeddedMedia media = open(EmbeddedMedia.launch(RouterRestartTest::fail));
        FrameSubscriber router = open(subscriber(media, endpoint, metrics));
        await(() -> delivered.contains(SENT - 1L), () -> {
            work(SENT);
            receive(router);
        });
        expectAllThatWasNotReadAndWhatFollows();
        long position = links.position(stream.streamId());
        await(() -> links.isTaken(stream.streamId(), endpoint, position), () -> {
            work(SENT);
            links.pushThrough(stream.streamId());
            receive(router);
        });
    }

    @Test
    void shouldSendWhatAKilledRouterHadNotReadToWhoOwnsTheStreamThen() throws Exception {
        String killed = freeEndpoint();
        String other = freeEndpoint();
        EmbeddedMedia media = open(EmbeddedMedia.launch(RouterRestartTest::fail));
        FrameSubscriber router = open(subscriber(media, other, metrics));
        connect(List.of(killed, other));
        runAndKill(killed);
        await(() -> delivered.contains(SENT - 1L), () -> {
            // Only now: the first router may take its time to start.
            clock.advance(1_000_000);
            work(SENT);
            receive(router);
        });
        expectAllThatWasNotReadAndWhatFollows();
        assertEquals(other, links.routerOf(stream.streamId()));
    }
}
