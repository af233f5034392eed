package dev.microphone.processor.flink;

import dev.microphone.transport.link.HelloHandler;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import java.util.BitSet;

/**
 * UDP ports for the shards of one process: blocks of the same size in a row, of which other processes on the machine may
 * have some. Any thread.
 */
final class PortBlocks {
    /** Shards on one machine, those of a dead process included. */
    private static final int MAX_BLOCKS = 256;

    private final String host;
    private final int firstPort;
    private final int framePorts;
    private final BitSet taken = new BitSet();

    PortBlocks(String host, int firstPort, int framePorts) {
        this.host = host;
        this.firstPort = firstPort;
        this.framePorts = framePorts;
    }

    /** @throws IllegalStateException when no block of ports is free */
    synchronized NodePort open(Aeron aeron, HelloHandler hellos, Metrics metrics, String stage) {
        RegistrationException lastRefusal = null;
        for (int block = taken.nextClearBit(0); block < MAX_BLOCKS; block = taken.nextClearBit(block + 1)) {
            int port = firstPort + block * (2 + framePorts);
            if (port + 2 + framePorts > 0xffff) {
                break;
            }
            try {
                NodePort opened = new NodePort(aeron, host, port, framePorts, hellos, metrics, stage);
                taken.set(block);
                return opened;
            } catch (RegistrationException e) {
                // Another process has one of them.
                lastRefusal = e;
            }
        }
        throw new IllegalStateException(
                "no " + (2 + framePorts) + " UDP ports in a row are free on " + host + " from " + firstPort + " on",
                lastRefusal);
    }

    /** The block of that port may be taken again. */
    synchronized void free(int basePort) {
        taken.clear((basePort - firstPort) / (2 + framePorts));
    }
}
