package dev.microphone.transport.aeron;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A socket for frames of which up to {@value #MORE_DATAGRAMS} more datagrams are read when there is one. Aeron's own driver
 * reads one a round, and a round looks at every connection: with hundreds of them what comes in waits for it.
 *
 * <p>Owned by the driver's thread.
 */
final class DrainingReceiveEndpoint extends ReceiveChannelEndpoint {
    /** At 8 KiB each the round still ends within a tenth of a millisecond. */
    private static final int MORE_DATAGRAMS = 15;

    private final DatagramBuffer datagram;
    private final AtomicCounter bytesReceived;
    private final DataHeaderFlyweight data = new DataHeaderFlyweight();
    private final SetupFlyweight setup = new SetupFlyweight();
    private final RttMeasurementFlyweight roundTrip = new RttMeasurementFlyweight();

    /** @param datagram that no other thread uses */
    DrainingReceiveEndpoint(
            UdpChannel channel,
            DataPacketDispatcher dispatcher,
            AtomicCounter status,
            MediaDriver.Context context,
            DatagramBuffer datagram) {
        super(channel, dispatcher, status, context);
        this.datagram = datagram;
        bytesReceived = context.systemCounters().get(SystemCounterDescriptor.BYTES_RECEIVED);
        data.wrap(datagram.content());
        setup.wrap(datagram.content());
        roundTrip.wrap(datagram.content());
    }

    @Override
    public int onDataPacket(
            DataHeaderFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress from, int transportIndex) {
        int bytes = super.onDataPacket(header, buffer, length, from, transportIndex);
        drain(transportIndex);
        return bytes;
    }

    @Override
    public void onSetupMessage(
            SetupFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress from, int transportIndex) {
        super.onSetupMessage(header, buffer, length, from, transportIndex);
        drain(transportIndex);
    }

    private void drain(int transportIndex) {
        for (int i = 0; i < MORE_DATAGRAMS; i++) {
            InetSocketAddress from = receive(datagram.bytes());
            if (from == null) {
                return;
            }
            take(from, transportIndex);
        }
    }

    /** What Aeron's poller does with the first one. */
    private void take(InetSocketAddress from, int transportIndex) {
        UnsafeBuffer content = datagram.content();
        int length = datagram.bytes().position();
        bytesReceived.getAndAddRelease(length);
        if (!isValidFrame(content, length)) {
            return;
        }
        receiveHook(content, length, from);
        switch (FrameDescriptor.frameType(content, 0)) {
            case HeaderFlyweight.HDR_TYPE_DATA, HeaderFlyweight.HDR_TYPE_PAD ->
                super.onDataPacket(data, content, length, from, transportIndex);
            case HeaderFlyweight.HDR_TYPE_SETUP -> super.onSetupMessage(setup, content, length, from, transportIndex);
            case HeaderFlyweight.HDR_TYPE_RTTM -> onRttMeasurement(roundTrip, content, length, from, transportIndex);
            default -> {
                // Nothing that a receiver is sent; Aeron's poller passes over it too.
            }
        }
    }
}
