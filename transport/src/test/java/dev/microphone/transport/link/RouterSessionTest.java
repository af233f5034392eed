package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A publisher whose router is another one from one moment to the next. */
final class RouterSessionTest {
    private static final StreamName STREAM = new StreamName("acme/berlin/desk/mic");
    /** Some milliseconds of reading: what is on its way on loopback has arrived by then. */
    private static final int POLLS = 20_000;

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final StreamDirectory names = new StreamDirectory();
    private final Frame frame = new Frame();
    private final List<Long> delivered = new ArrayList<>();
    private NamingPublisher publisher;
    private long next;

    @AfterEach
    void close() {
        CloseHelper.closeAll(opened);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static EmbeddedMedia media() {
        return EmbeddedMedia.launch(error -> {
            throw new AssertionError(error);
        });
    }

    private FrameSubscriber router(EmbeddedMedia media, String endpoint) {
        return new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen(endpoint),
                RouterChannels.STREAM_ID,
                metrics,
                "router",
                new NamedStreams(names, metrics, "router"));
    }

    private void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "not reached within 30 s: " + next + " " + delivered);
        }
    }

    private void send(int frames) {
        long until = next + frames;
        await(() -> {
            if (publisher.onFrame(frame.streamId(STREAM.streamId()).epoch(7).sequence(next))) {
                next++;
            }
            return next == until;
        });
    }

    private void poll(FrameSubscriber router) {
        router.poll(
                taken -> {
                    delivered.add(taken.sequence());
                    return true;
                },
                10);
    }

    @Test
    void shouldReadNothingOfASessionWhoseBeginningSomebodyElseGotAndAllOfTheNextOne() throws IOException {
        String endpoint;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            endpoint = "127.0.0.1:" + socket.getLocalPort();
        }
        names.add(STREAM);
        publisher = open(new NamingPublisher(open(media()).aeron(), endpoint, names, metrics, "processor"));
        try (EmbeddedMedia first = media();
                FrameSubscriber router = router(first, endpoint)) {
            send(10);
            await(() -> {
                poll(router);
                return delivered.size() == 10;
            });
        }
        delivered.clear();
        long session = publisher.session();
        FrameSubscriber second = open(router(open(media()), endpoint));
        await(second::isConnected);
        send(20);
        for (int i = 0; i < POLLS; i++) {
            poll(second);
        }
        assertEquals(List.of(), delivered);
        assertNotEquals(session, publisher.followReceiver());
        long first = next;
        send(20);
        await(() -> {
            poll(second);
            return delivered.contains(next - 1);
        });
        assertEquals(LongStream.range(first, next).boxed().toList(), delivered);
    }
}
