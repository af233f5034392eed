package dev.microphone.processor.flink;

import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.link.HelloHandler;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.link.NodePort;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import org.agrona.CloseHelper;

/**
 * The UDP ports that agents send to, with the media driver behind them. It outlives the attempts of shards: agents stay
 * connected while Flink restarts or moves one, and need only say hello again. Owned by the thread that polls it: a shard's,
 * or, while no shard is behind it, the {@link Porter}'s.
 *
 * <p>A media driver for each door, as a driver looks at every connection in every round and reads one datagram of each port
 * in it: with 300 agents it does not keep up.
 */
final class Door implements AutoCloseable {
    private final EmbeddedMedia media;
    private final PortBlocks ports;
    private final NodePort port;
    private HelloHandler hellos = (session, stream, epoch, oldestSequence, nextSequence) -> {};

    /**
     * @param media is closed with it; also when no port is free
     * @param stage the label of its counters
     * @throws IllegalStateException when no block of ports is free
     */
    Door(EmbeddedMedia media, PortBlocks ports, Metrics metrics, String stage) {
        this.media = media;
        this.ports = ports;
        boolean isOpen = false;
        try {
            port = ports.open(
                    media.aeron(),
                    (session, stream, epoch, oldestSequence, nextSequence) ->
                            hellos.onHello(session, stream, epoch, oldestSequence, nextSequence),
                    metrics,
                    stage);
            isOpen = true;
        } finally {
            if (!isOpen) {
                media.close();
            }
        }
    }

    /** Hellos go there from the next poll on. */
    NodePort receivedBy(HelloHandler receiver) {
        hellos = receiver;
        return port;
    }

    /** Where agents say hello. */
    NodeEndpoint endpoint() {
        return port.endpoint();
    }

    /** Where agents reach whoever is behind it. */
    Aeron aeron() {
        return media.aeron();
    }

    /** Whether its Aeron has closed, after a fault of its own: nobody comes in here any more. */
    boolean isDefunct() {
        return media.isClosed();
    }

    @Override
    public void close() {
        int basePort = port.endpoint().port();
        CloseHelper.closeAll(port, media, () -> ports.free(basePort));
    }
}
