package dev.microphone.processor.flink;

import dev.microphone.transport.link.HelloHandler;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.BitSet;

/**
 * UDP ports for the shards of one process: blocks of the same size in a row, of which other processes on the machine may
 * have some. Any thread.
 */
final class PortBlocks {
    /** Shards on one machine, those of a dead process included. */
    private static final int MAX_BLOCKS = 256;

    /** From it on there is room for blocks. */
    private static final int LAST_LOOPBACK_PORT = 60_000;

    private final String host;
    private final int firstPort;
    private final int framePorts;
    private final BitSet taken = new BitSet();

    PortBlocks(String host, int firstPort, int framePorts) {
        this.host = host;
        this.firstPort = firstPort;
        this.framePorts = framePorts;
    }

    /** On this machine only, from a port on that the system has free. */
    static PortBlocks onLoopback(int framePorts) {
        try (DatagramSocket any = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            int firstPort = Math.min(any.getLocalPort(), LAST_LOOPBACK_PORT);
            return new PortBlocks(InetAddress.getLoopbackAddress().getHostAddress(), firstPort, framePorts);
        } catch (SocketException e) {
            throw new IllegalStateException("no UDP port is free on loopback: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalStateException when no block of ports is free */
    synchronized NodePort open(Aeron aeron, HelloHandler hellos, Metrics metrics, String stage) {
        Exception lastRefusal = null;
        for (int block = taken.nextClearBit(0); block < MAX_BLOCKS; block = taken.nextClearBit(block + 1)) {
            int port = firstPort + block * (2 + framePorts);
            if (port + 2 + framePorts > 0xffff) {
                break;
            }
            try {
                requireFree(port);
                NodePort opened = new NodePort(aeron, host, port, framePorts, hellos, metrics, stage);
                taken.set(block);
                return opened;
            } catch (RegistrationException | SocketException e) {
                // Another process has one of them.
                lastRefusal = e;
            }
        }
        throw new IllegalStateException(
                "no " + (2 + framePorts) + " UDP ports in a row are free on " + host + " from " + firstPort + " on"
                        + (lastRefusal == null ? "" : ": " + lastRefusal.getMessage()),
                lastRefusal);
    }

    /**
     * Asks before Aeron does, whose driver says in the log, with its stack, that a port is taken: for each TaskManager on a
     * machine but the first, at every start. Another process may take it right behind this; then Aeron says so.
     */
    private void requireFree(int port) throws SocketException {
        for (int i = 0; i < 2 + framePorts; i++) {
            try (DatagramSocket socket = new DatagramSocket(null)) {
                socket.bind(new InetSocketAddress(host, port + i));
            }
        }
    }

    /** The block of that port may be taken again. */
    synchronized void free(int basePort) {
        taken.clear((basePort - firstPort) / (2 + framePorts));
    }
}
