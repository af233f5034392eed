package dev.microphone.transport.aeron;

import io.aeron.driver.DriverConductorProxy;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.ErrorFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.ResponseSetupFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * A socket for what receivers say to a sender, of which up to {@value #MORE_DATAGRAMS} more datagrams are read when there is
 * one. All agents of a node say on one socket what they have had of its answers: read one a round, as Aeron's own driver
 * does, they are taken to be gone when there are hundreds.
 *
 * <p>Owned by the driver's thread.
 */
final class DrainingSendEndpoint extends SendChannelEndpoint {
    /** Each is some 40 bytes, and takes less than two microseconds. */
    private static final int MORE_DATAGRAMS = 63;

    private final DatagramBuffer datagram;
    private final StatusMessageFlyweight status = new StatusMessageFlyweight();
    private final NakFlyweight nak = new NakFlyweight();
    private final RttMeasurementFlyweight roundTrip = new RttMeasurementFlyweight();
    private final ResponseSetupFlyweight responseSetup = new ResponseSetupFlyweight();
    private final ErrorFlyweight error = new ErrorFlyweight();
    /** From the first message of a receiver on; nobody asks for what it has not been sent. */
    private @Nullable DriverConductorProxy conductor;

    /** @param datagram that no other thread uses */
    DrainingSendEndpoint(
            UdpChannel channel, AtomicCounter indicator, MediaDriver.Context context, DatagramBuffer datagram) {
        super(channel, indicator, context);
        this.datagram = datagram;
        status.wrap(datagram.content());
        nak.wrap(datagram.content());
        roundTrip.wrap(datagram.content());
        responseSetup.wrap(datagram.content());
        error.wrap(datagram.content());
    }

    @Override
    public void onStatusMessage(
            StatusMessageFlyweight message,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress from,
            DriverConductorProxy toConductor) {
        super.onStatusMessage(message, buffer, length, from, toConductor);
        conductor = toConductor;
        drain(toConductor);
    }

    @Override
    public void onNakMessage(NakFlyweight message, UnsafeBuffer buffer, int length, InetSocketAddress from) {
        super.onNakMessage(message, buffer, length, from);
        DriverConductorProxy known = conductor;
        if (known != null) {
            drain(known);
        }
    }

    private void drain(DriverConductorProxy toConductor) {
        for (int i = 0; i < MORE_DATAGRAMS; i++) {
            InetSocketAddress from = receive(datagram.bytes());
            if (from == null) {
                return;
            }
            take(from, toConductor);
        }
    }

    /** What Aeron's poller does with the first one. */
    private void take(InetSocketAddress from, DriverConductorProxy toConductor) {
        UnsafeBuffer content = datagram.content();
        int length = datagram.bytes().position();
        if (!isValidFrame(content, length)) {
            return;
        }
        receiveHook(content, length, from);
        switch (FrameDescriptor.frameType(content, 0)) {
            case HeaderFlyweight.HDR_TYPE_SM -> super.onStatusMessage(status, content, length, from, toConductor);
            case HeaderFlyweight.HDR_TYPE_NAK -> super.onNakMessage(nak, content, length, from);
            case HeaderFlyweight.HDR_TYPE_RTTM -> onRttMeasurement(roundTrip, content, length, from);
            case HeaderFlyweight.HDR_TYPE_RSP_SETUP ->
                onResponseSetup(responseSetup, content, length, from, toConductor);
            case HeaderFlyweight.HDR_TYPE_ERR -> onError(error, content, length, from, toConductor);
            default -> {
                // Nothing that a sender is sent; Aeron's poller passes over it too.
            }
        }
    }
}
