package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessorPortTest {
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(OutputStream.nullOutputStream()), false);

    @TempDir
    private Path folder;

    private static DatagramSocket behindAFreePort() throws IOException {
        while (true) {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            try (DatagramSocket before =
                    new DatagramSocket(socket.getLocalPort() - 1, InetAddress.getLoopbackAddress())) {
                assertTrue(before.isBound());
                return socket;
            } catch (BindException e) {
                // Someone has that: another.
                socket.close();
            }
        }
    }

    @Test
    void shouldSayAtOnceWhichPortAnotherProcessHas() throws IOException {
        try (DatagramSocket other = behindAFreePort()) {
            int answers = other.getLocalPort();
            MicrophoneConfig config =
                    ConfigFile.read(Files.writeString(folder.resolve("microphone.toml"), """
                http.port = 0
                [cluster]
                host = "127.0.0.1"
                processor-port = %d
                frame-ports = 0
                """.formatted(answers - 1)));
            UserError refusal = assertThrows(UserError.class, () -> ProcessorNode.start(config, errors, message -> {}));
            assertEquals(
                    "UDP port " + answers + " of 127.0.0.1 is in use; a processor needs " + (answers - 1) + " to "
                            + answers + ": choose others with cluster.processor-port",
                    refusal.getMessage());
        }
    }
}
