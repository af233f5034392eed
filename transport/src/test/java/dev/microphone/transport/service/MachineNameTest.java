package dev.microphone.transport.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineNameTest {
    @Test
    void shouldBeWhatTheKernelSays(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("hostname"), "rack-7\n");

        assertEquals("rack-7", MachineName.read(file));
    }

    @Test
    void shouldAskTheSystemWhereTheKernelHasNoFile(@TempDir Path folder) {
        assertEquals(nameByLookUp(), MachineName.read(folder.resolve("hostname")));
    }

    private static String nameByLookUp() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine whose name no resolver knows.
            return "";
        }
    }

    @Test
    void shouldBeTheNameThatOthersAreTold() throws Exception {
        Process hostname = new ProcessBuilder("hostname").start();

        assertEquals(
                new String(hostname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip(),
                MachineName.get());
    }
}
