package dev.microphone.loadtest.scale;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;

/**
 * UDP ports of one measurement, on loopback.
 *
 * @param processor the first of the processor's
 */
record Ports(int router, int processor) {
    /** The system's choice of now; behind it is room for a processor's block. */
    static Ports free() throws IOException {
        return new Ports(freePort(), freePort());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 60_000);
        }
    }

    String routerEndpoint() {
        return "127.0.0.1:" + router;
    }
}
