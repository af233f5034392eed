package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.exceptions.RegistrationException;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodePortTest {
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private static NodePort open(EmbeddedMedia media, int basePort) {
        return open(media, "127.0.0.1", basePort);
    }

    private static NodePort open(EmbeddedMedia media, String host, int basePort) {
        return new NodePort(
                media.aeron(), host, basePort, 1, (to, name, epoch, oldest, next) -> {}, new Metrics(), "node");
    }

    private static DatagramSocket take(int port) throws IOException {
        return new DatagramSocket(port, InetAddress.getLoopbackAddress());
    }

    /** Hellos, answers, frames. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldSayWhichPortAnotherProcessHasAndKeepNone(int taken) throws IOException {
        int basePort = FreePorts.inARow(3);
        try (EmbeddedMedia media = EmbeddedMedia.launch(errors::add)) {
            try (DatagramSocket other = take(basePort + taken)) {
                RegistrationException refusal = assertThrows(RegistrationException.class, () -> open(media, basePort));
                // By which other ports are tried.
                assertEquals("UDP port " + other.getLocalPort() + " of 127.0.0.1 is in use", refusal.getMessage());
            }
            open(media, basePort).close();
        }
        assertEquals(1, errors.size(), errors::toString);
    }

    @Test
    void shouldSayWhenItsHostHasNoAddress() throws IOException {
        int basePort = FreePorts.inARow(3);
        // No name server is asked for a label of more than 63 characters.
        String host = "x".repeat(64) + ".invalid";
        try (EmbeddedMedia media = EmbeddedMedia.launch(errors::add)) {
            RegistrationException refusal =
                    assertThrows(RegistrationException.class, () -> open(media, host, basePort));
            assertEquals(
                    "UDP port " + basePort + " of " + host + " cannot be had: the name " + host + " has no address",
                    refusal.getMessage());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldHaveAllItsPortsFromTheBeginning() throws IOException {
        int basePort = FreePorts.inARow(3);
        try (EmbeddedMedia media = EmbeddedMedia.launch(errors::add);
                NodePort node = open(media, basePort)) {
            for (int port = basePort; port < basePort + 3; port++) {
                int at = port;
                assertThrows(BindException.class, () -> take(at).close());
            }
            assertEquals(basePort + 1, node.endpoint().responsePort());
        }
        assertEquals(List.of(), errors);
    }
}
