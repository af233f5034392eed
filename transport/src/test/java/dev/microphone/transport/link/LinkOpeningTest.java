package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.AeronCounters;
import io.aeron.exceptions.RegistrationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections open, or do not, while others go on. */
@Timeout(60)
final class LinkOpeningTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    /** Each is a resource of the driver's for as long as somebody uses it. */
    private static final List<Integer> KINDS = List.of(
            AeronCounters.DRIVER_RECEIVE_CHANNEL_STATUS_TYPE_ID,
            AeronCounters.DRIVER_SEND_CHANNEL_STATUS_TYPE_ID,
            AeronCounters.DRIVER_PUBLISHER_LIMIT_TYPE_ID);

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Recorder recorder = new Recorder(new ArrayList<>());
    private final Frame frame = new Frame();
    private final CountDownLatch answer = new CountDownLatch(1);
    private long received;
    private EmbeddedMedia agentSide;
    private NodePort node;

    @BeforeEach
    void launch() throws IOException {
        agentSide = open(EmbeddedMedia.launch(errors::add));
        EmbeddedMedia nodeSide = open(EmbeddedMedia.launch(errors::add));
        node = open(new NodePort(
                nodeSide.aeron(),
                "127.0.0.1",
                FreePorts.inARow(2),
                0,
                (session, stream, epoch, oldest, next) -> {},
                metrics,
                "processor"));
    }

    @AfterEach
    void close() {
        answer.countDown();
        CloseHelper.closeAll(opened);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private NodeLink link(String host, String localAddress) {
        NodeEndpoint at =
                new NodeEndpoint(host, node.endpoint().port(), node.endpoint().responsePort());
        return open(new NodeLink(agentSide.aeron(), at, localAddress, new HostLookup(this::addressOf), metrics));
    }

    /** Answers when the test says so. */
    private InetAddress addressOf(String name) throws UnknownHostException {
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (name.equals("nowhere")) {
            throw new UnknownHostException(name);
        }
        return InetAddress.getLoopbackAddress();
    }

    private void await(BooleanSupplier condition, NodeLink... links) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s: " + errors);
            node.poll(
                    sent -> {
                        received++;
                        return true;
                    },
                    10);
            for (NodeLink link : links) {
                link.poll(recorder, 10);
            }
        }
    }

    private int resources() {
        int[] count = {0};
        agentSide
                .aeron()
                .countersReader()
                .forEach((id, typeId, key, label) -> count[0] += KINDS.contains(typeId) ? 1 : 0);
        return count[0];
    }

    /** The driver takes one command after the other: all before this one have been done. */
    private void awaitDriver() {
        agentSide.aeron().addSubscription("aeron:ipc", 1).close();
    }

    @Test
    void shouldSendOnOneConnectionAndOpenAnotherWhileANameIsLookedUp() {
        NodeLink first = link("127.0.0.1", "");
        await(first::isConnected, first);
        NodeLink slow = link("slow", "");
        for (int i = 0; i < 1_000; i++) {
            long before = received;
            frame.streamId(1).epoch(1).sequence(i);
            await(() -> first.onFrame(frame), first, slow);
            await(() -> received > before, first, slow);
        }
        NodeLink other = link("127.0.0.1", "");
        await(other::isConnected, slow, other);
        assertFalse(slow.isConnected());
        assertFalse(slow.hasRoom());
        assertFalse(slow.onFrame(frame));
        assertNull(slow.refusal());
        answer.countDown();
        await(slow::isConnected, slow);
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayWhyWhenANameHasNoAddressAndLeaveNothing() {
        NodeLink link = link("nowhere", "");
        int before = resources();
        answer.countDown();
        await(() -> link.refusal() != null, link);
        assertEquals(
                "the name nowhere has no address",
                Objects.requireNonNull(link.refusal()).getMessage());
        link.close();
        awaitDriver();
        assertEquals(before, resources());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayWhyWhenAeronHasNoSocketForTheAnswers() {
        int before = resources();
        // Of nobody: RFC 5737.
        NodeLink link = link("127.0.0.1", "192.0.2.1");
        await(() -> link.refusal() != null, link);
        assertInstanceOf(RegistrationException.class, link.refusal());
        link.close();
        awaitDriver();
        await(() -> resources() == before);
        assertEquals(1, errors.size(), errors::toString);
    }

    @Test
    void shouldCloseTheSubscriptionWhenAeronRefusesThePublication() {
        int before = resources();
        // For data Aeron takes odd multicast addresses only.
        NodeLink link = link("224.20.30.38", "");
        await(() -> link.refusal() != null, link);
        awaitDriver();
        await(() -> resources() == before);
        assertEquals(1, errors.size(), errors::toString);
    }

    /** Behind each step; when the driver has done what it was asked for, and before. */
    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "1, true", "2, false", "2, true"})
    void shouldLeaveNothingWhenItIsClosedBeforeItIsOpen(int steps, boolean isLastDone) {
        int before = resources();
        NodeLink link = link("127.0.0.1", "");
        for (int i = 1; i <= steps; i++) {
            link.poll(recorder, 10);
            if (i < steps || isLastDone) {
                awaitDriver();
            }
        }
        assertFalse(link.isConnected());
        link.close();
        awaitDriver();
        await(() -> resources() == before);
        assertEquals(List.of(), errors);
    }
}
