package dev.microphone.transport.link;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** UDP ports on loopback that nobody has. */
final class FreePorts {
    private FreePorts() {}

    /** The first of so many in a row. */
    static int inARow(int count) throws IOException {
        while (true) {
            List<DatagramSocket> sockets = new ArrayList<>();
            try {
                sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
                int first = sockets.get(0).getLocalPort();
                for (int i = 1; i < count; i++) {
                    sockets.add(new DatagramSocket(first + i, InetAddress.getLoopbackAddress()));
                }
                return first;
            } catch (java.net.BindException | IllegalArgumentException e) {
                // Someone has one of them: others.
            } finally {
                sockets.forEach(DatagramSocket::close);
            }
        }
    }
}
