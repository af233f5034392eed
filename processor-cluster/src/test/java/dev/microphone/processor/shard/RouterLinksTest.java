package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.schemas.event.RouterAnnounced;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.link.HostLookup;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.AeronCounters;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.CachedNanoClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** To which router a stream's frames go, with routers over UDP on loopback. The links' time is moved by hand. */
final class RouterLinksTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final String NO_ADDRESS = "no-such-router.invalid:40000";

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    /** Of its own errors, such as a name without an address, the driver tells. */
    private final List<String> driverErrors = new CopyOnWriteArrayList<>();

    private final CachedNanoClock clock = new CachedNanoClock();
    private final RouterList routers = new RouterList(List.of());
    private final Frame frame = new Frame();
    private final List<FrameSubscriber> listening = new ArrayList<>();
    private EmbeddedMedia routerSide;
    private EmbeddedMedia media;
    private RouterLinks links;

    @BeforeEach
    void open() {
        routerSide = open(EmbeddedMedia.launch(error -> {
            throw new AssertionError(error);
        }));
        media = open(EmbeddedMedia.launch(
                // What is closed is gone soon, for a test to see it.
                context -> context.publicationLingerTimeoutNs(20_000_000),
                error -> driverErrors.add(String.valueOf(error.getMessage()))));
        start();
    }

    /** A shard, which knows the routers that are there now. */
    private void start() {
        links = open(new RouterLinks(media.aeron(), routers, new StreamDirectory(), metrics, "processor", clock));
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

    /** Where nobody listens yet. */
    private static String freeEndpoint() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private FrameSubscriber listen(String endpoint) {
        FrameSubscriber subscriber = open(new FrameSubscriber(
                routerSide.aeron(),
                RouterChannels.listen(endpoint),
                RouterChannels.STREAM_ID,
                metrics,
                "router",
                new NamedStreams(new StreamDirectory(), metrics, "router")));
        listening.add(subscriber);
        return subscriber;
    }

    private void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + driverErrors);
            listening.forEach(subscriber -> subscriber.poll(taken -> true, 10));
        }
    }

    private boolean send(long streamId) {
        return links.onFrame(frame.streamId(streamId).epoch(7).sequence(0));
    }

    /** After a look at who has come and gone. */
    private @Nullable String routerOf(long streamId) {
        links.doWork();
        return links.routerOf(streamId);
    }

    private long refused(String reason) {
        return metrics.counter("microphone_publish_refused_total", "stage", "processor", "reason", reason)
                .get();
    }

    /** Publications that the driver has. */
    private int publications() {
        int[] count = new int[1];
        media.aeron().countersReader().forEach((counterId, typeId, keyBuffer, label) -> {
            if (typeId == AeronCounters.DRIVER_PUBLISHER_LIMIT_TYPE_ID) {
                count[0]++;
            }
        });
        return count[0];
    }

    private void announce(String endpoint) {
        routers.onAnnounced(new RouterAnnounced(endpoint, RouterAnnounced.UP));
    }

    @Test
    void shouldSendToTheOthersWhileTheNameOfOneHasNoAddressAndTryThatOneAgain() {
        String good = freeEndpoint();
        listen(good);
        announce(NO_ADDRESS);
        announce(good);
        await(() -> send(1));
        await(() -> {
            links.doWork();
            return refused("unreachable_router") == 1;
        });
        assertEquals(good, routerOf(1));
        clock.advance(RouterLinks.RETRY_NS - 1);
        assertTrue(send(1));
        assertEquals(1, refused("unreachable_router"));
        clock.advance(1);
        await(() -> {
            links.doWork();
            return refused("unreachable_router") == 2;
        });
        assertTrue(send(1));
    }

    @Test
    void shouldWaitForNobodysName() throws Exception {
        String good = freeEndpoint();
        String named = freeEndpoint();
        CompletableFuture<InetAddress> answer = new CompletableFuture<>();
        links = open(new RouterLinks(
                media.aeron(),
                routers,
                new StreamDirectory(),
                metrics,
                "processor",
                new HostLookup(name -> answer.join()),
                clock));
        listen(good);
        listen(named);
        announce(good);
        String byName = named.replace("127.0.0.1", "router.example");
        announce(byName);
        await(() -> send(1));
        // Every stream, whoever will own it: that one has no address yet.
        for (long stream = 1; stream < 20; stream++) {
            assertEquals(good, routerOf(stream));
        }
        answer.complete(InetAddress.getLoopbackAddress());
        await(() -> {
            Set<String> owners = new HashSet<>();
            for (long stream = 1; stream < 20; stream++) {
                owners.add(String.valueOf(routerOf(stream)));
            }
            return owners.equals(Set.of(good, byName));
        });
        assertEquals(0, refused("unreachable_router"));
    }

    @Test
    void shouldLeaveNothingOpen() {
        String good = freeEndpoint();
        listen(good);
        for (int i = 0; i < 3; i++) {
            announce(NO_ADDRESS);
            announce(good);
            await(() -> send(1));
            routers.onAnnounced(new RouterAnnounced(good, RouterAnnounced.DOWN));
            assertNull(routerOf(1));
        }
        await(() -> publications() == 0);
        announce(good);
        await(() -> send(1));
        announce(freeEndpoint());
        links.doWork();
        links.close();
        await(() -> publications() == 0);
    }

    @Test
    void shouldStayWithARouterThatIsSilentOnTheBusUntilItEnds() {
        String endpoint = freeEndpoint();
        listen(endpoint);
        RouterAnnounced router = new RouterAnnounced(endpoint, RouterAnnounced.UP);
        routers.onAnnounced(router);
        await(() -> send(1));
        routers.onSilent(router);
        assertTrue(send(1));
        assertEquals(List.of(), routers.endpoints());
        // It speaks again, and nothing has changed.
        routers.onAnnounced(router);
        assertTrue(send(1));
        routers.onSilent(router);
        routers.onAnnounced(router.down());
        assertNull(routerOf(1));
    }

    /** A stream that goes to that one of the two when both are there. */
    private static long streamOf(String router, String other) {
        for (long streamId = 1; ; streamId++) {
            long weight = RouterLinks.weight(RouterLink.hash(router), streamId);
            if (Long.compareUnsigned(weight, RouterLinks.weight(RouterLink.hash(other), streamId)) > 0) {
                return streamId;
            }
        }
    }

    @Test
    void shouldNotWaitForARouterThatIsInTheListAndDead() {
        String alive = freeEndpoint();
        String dead = freeEndpoint();
        listen(alive);
        announce(alive);
        announce(dead);
        start();
        await(() -> send(streamOf(alive, dead)));
        clock.advance(RouterLinks.CONNECT_NS);
        assertTrue(send(streamOf(dead, alive)));
    }

    @Test
    void shouldNotBeginAStreamAtAnotherRouterWhileItsOwnConnects() {
        String first = freeEndpoint();
        String second = freeEndpoint();
        listen(first);
        announce(first);
        announce(second);
        start();
        long stream = streamOf(second, first);
        await(() -> send(streamOf(first, second)));
        clock.advance(RouterLinks.CONNECT_NS - 1);
        assertFalse(send(stream));
        listen(second);
        await(() -> send(stream));
        assertEquals(second, routerOf(stream));
    }

    @Test
    void shouldMoveStreamsToARouterThatComesLaterOnceItIsConnected() {
        String before = freeEndpoint();
        String late = freeEndpoint();
        listen(before);
        announce(before);
        long stream = streamOf(late, before);
        await(() -> send(stream));
        announce(late);
        assertEquals(before, routerOf(stream));
        assertEquals(2, publications());
        assertTrue(send(stream), "held up by a router that does not answer");
        listen(late);
        await(() -> late.equals(routerOf(stream)));
        assertTrue(send(stream));
    }

    @Test
    void shouldOpenItsConnectionsBeforeItsFirstFrame() {
        String router = freeEndpoint();
        listen(router);
        announce(router);
        start();
        assertEquals(1, publications());
    }
}
