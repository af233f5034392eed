package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Ports of a machine that has other processes, too. */
final class PortBlocksTest {
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final Metrics metrics = new Metrics();

    @AutoClose
    private final EmbeddedMedia media = EmbeddedMedia.launch(errors::add);

    private NodePort open(PortBlocks ports) {
        return ports.open(
                media.aeron(), (session, stream, epoch, oldestSequence, nextSequence) -> {}, metrics, "ports");
    }

    @Test
    void shouldTakeTheNextBlockWithoutAWordWhereAnotherProcessHasAPortOfTheFirst() throws Exception {
        try (DatagramSocket others = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int firstPort = others.getLocalPort() - 2;
            try (NodePort port = open(new PortBlocks("127.0.0.1", firstPort, 1))) {
                assertEquals(firstPort + 3, port.endpoint().port());
            }
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayWhyNoneIsFree() {
        PortBlocks ports = new PortBlocks("192.0.2.1", 65_000, 1);
        String message =
                assertThrows(IllegalStateException.class, () -> open(ports)).getMessage();
        assertTrue(message.contains("no 3 UDP ports in a row are free on 192.0.2.1 from 65000 on: "), message);
        assertTrue(message.contains("assign"), message);
    }
}
