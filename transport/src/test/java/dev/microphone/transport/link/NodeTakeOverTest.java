package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node dies, and another process has its port before the agent notices. */
final class NodeTakeOverTest {
    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() {
        CloseHelper.closeAll(opened);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private static void fail(Throwable error) {
        throw new AssertionError(error);
    }

    private NodePort node(EmbeddedMedia media, int basePort) {
        return new NodePort(
                media.aeron(),
                "127.0.0.1",
                basePort,
                0,
                (session, stream, epoch, oldest, next) -> {},
                metrics,
                "processor");
    }

    private static void await(NodePort node, NodeLink link, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, "not reached within 30 s");
            node.poll(frame -> true, 10);
            link.poll(new Recorder(new ArrayList<>()), 10);
        }
    }

    @Test
    void shouldBeOfNoUseOnceAnotherProcessHasTheNodesPort() throws IOException {
        int basePort;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            basePort = Math.min(socket.getLocalPort(), 65_000);
        }
        // So long that neither the silence of the node nor that of its answers ends the connection within this test.
        EmbeddedMedia agentSide = open(EmbeddedMedia.launch(
                usual -> usual.imageLivenessTimeoutNs(TimeUnit.MINUTES.toNanos(2))
                        .publicationConnectionTimeoutNs(TimeUnit.MINUTES.toNanos(2)),
                NodeTakeOverTest::fail));
        NodeEndpoint endpoint = new NodeEndpoint("127.0.0.1", basePort, basePort + 1);
        NodeLink link = open(new NodeLink(agentSide.aeron(), endpoint, metrics));
        try (EmbeddedMedia first = EmbeddedMedia.launch(NodeTakeOverTest::fail)) {
            NodePort node = node(first, basePort);
            await(node, link, link::isConnected);
        }
        NodePort second = open(node(open(EmbeddedMedia.launch(NodeTakeOverTest::fail)), basePort));
        await(second, link, () -> !link.isConnected());
    }
}
