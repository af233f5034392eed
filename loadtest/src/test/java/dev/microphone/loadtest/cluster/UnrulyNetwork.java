package dev.microphone.loadtest.cluster;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ext.DebugReceiveChannelEndpoint;
import io.aeron.driver.ext.DebugSendChannelEndpoint;
import io.aeron.driver.ext.RandomLossGenerator;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.DataHeaderFlyweight;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What a media driver sends and receives gets lost, comes late and comes twice, by a seed: data both ways, and what its
 * receivers answer. Aeron has generators of loss; for the rest there are none.
 */
final class UnrulyNetwork {
    private final double loss;
    private final boolean isDisordered;
    /** One for each way of each channel, in the order in which they were opened. */
    private final List<Disorder> ways = new CopyOnWriteArrayList<>();

    private long nextSeed;

    /**
     * @param loss part of all datagrams, 0 to 1
     * @param isDisordered whether datagrams overtake each other and come twice
     */
    UnrulyNetwork(double loss, boolean isDisordered, long seed) {
        this.loss = loss;
        this.isDisordered = isDisordered;
        this.nextSeed = seed;
    }

    /** Makes it the driver's. */
    void of(MediaDriver.Context context) {
        context.sendChannelEndpointSupplier(Sending::new).receiveChannelEndpointSupplier(Receiving::new);
    }

    private synchronized long seed() {
        return nextSeed++;
    }

    private RandomLossGenerator losses() {
        return new RandomLossGenerator(loss, seed());
    }

    private Disorder way() {
        Disorder way = isDisordered ? new Disorder(seed()) : Disorder.none();
        ways.add(way);
        return way;
    }

    /** Datagrams that were overtaken by others. */
    long late() {
        return sum(Disorder::late);
    }

    long twice() {
        return sum(Disorder::twice);
    }

    private long sum(ToLongFunction<Disorder> what) {
        return ways.stream().mapToLong(what).sum();
    }

    private final class Sending extends DebugSendChannelEndpoint {
        private final Disorder data = way();

        Sending(UdpChannel channel, AtomicCounter status, MediaDriver.Context context) {
            super(channel, status, context, losses(), losses());
        }

        @Override
        public int send(ByteBuffer buffer) {
            return data.pass(buffer, null, (datagram, address) -> super.send(datagram));
        }
    }

    private final class Receiving extends DebugReceiveChannelEndpoint {
        private final Disorder data = way();
        private final Disorder answers = way();

        Receiving(
                UdpChannel channel,
                DataPacketDispatcher dispatcher,
                AtomicCounter status,
                MediaDriver.Context context) {
            super(channel, dispatcher, status, context, losses(), losses());
        }

        @Override
        public int sendTo(ByteBuffer buffer, InetSocketAddress remoteAddress) {
            return answers.pass(buffer, remoteAddress, super::sendTo);
        }

        @Override
        public int onDataPacket(
                DataHeaderFlyweight header,
                UnsafeBuffer buffer,
                int length,
                InetSocketAddress sourceAddress,
                int transportIndex) {
            ByteBuffer received = ByteBuffer.allocateDirect(length);
            buffer.getBytes(0, received, length);
            return data.pass(received.flip(), sourceAddress, (datagram, address) -> {
                UnsafeBuffer bytes = new UnsafeBuffer(datagram);
                super.onDataPacket(new DataHeaderFlyweight(bytes), bytes, bytes.capacity(), address, transportIndex);
                return bytes.capacity();
            });
        }
    }
}
