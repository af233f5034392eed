package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.driver.status.SystemCounterDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each test moves the driver on by hand, one round at a time; what is sent over loopback lies in the socket at once. */
final class DrainingEndpointTest {
    private static final int STREAM = 7;

    private MediaDriver driver;
    private Aeron aeron;
    private DatagramChannel other;

    @BeforeEach
    void launch() throws IOException {
        driver = MediaDriver.launchEmbedded(
                EmbeddedMedia.forAgents(EmbeddedMedia.driverContext()).threadingMode(ThreadingMode.INVOKER));
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .useConductorAgentInvoker(true));
        other = DatagramChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        aeron.close();
        driver.close();
    }

    private void round() {
        driver.sharedAgentInvoker().invoke();
    }

    private long counter(SystemCounterDescriptor descriptor) {
        return aeron.countersReader().getCounterValue(descriptor.id());
    }

    private static InetSocketAddress address(String endpoint) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
    }

    @Test
    void shouldReadManyDatagramsOfAPortInOneRound() throws IOException {
        Subscription subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", STREAM);
        InetSocketAddress port = address(Objects.requireNonNull(subscription.tryResolveChannelEndpointPort())
                .replaceAll("^.*endpoint=", ""));
        ByteBuffer bytes = BufferUtil.allocateDirectAligned(64, 8);
        DataHeaderFlyweight data = new DataHeaderFlyweight(bytes);
        data.streamId(STREAM)
                .termOffset(0)
                .version(HeaderFlyweight.CURRENT_VERSION)
                .flags(DataHeaderFlyweight.BEGIN_AND_END_FLAGS)
                .headerType(HeaderFlyweight.HDR_TYPE_DATA)
                .frameLength(64);
        for (int i = 0; i < 10; i++) {
            data.sessionId(i);
            other.send(bytes.clear(), port);
        }
        long before = counter(SystemCounterDescriptor.BYTES_RECEIVED);
        round();
        assertEquals(10 * 64, counter(SystemCounterDescriptor.BYTES_RECEIVED) - before);
    }

    @Test
    void shouldReadWhatManyReceiversSayInOneRound() throws IOException {
        Publication publication = aeron.addPublication("aeron:udp?control-mode=dynamic|control=127.0.0.1:0", STREAM);
        InetSocketAddress control = address(publication.localSocketAddresses().get(0));
        ByteBuffer bytes = BufferUtil.allocateDirectAligned(StatusMessageFlyweight.HEADER_LENGTH, 8);
        StatusMessageFlyweight status = new StatusMessageFlyweight(bytes);
        status.streamId(STREAM)
                .receiverWindowLength(64 * 1024)
                .version(HeaderFlyweight.CURRENT_VERSION)
                .headerType(HeaderFlyweight.HDR_TYPE_SM)
                .frameLength(StatusMessageFlyweight.HEADER_LENGTH);
        for (int i = 0; i < 40; i++) {
            status.sessionId(i);
            other.send(bytes.clear(), control);
        }
        long before = counter(SystemCounterDescriptor.STATUS_MESSAGES_RECEIVED);
        round();
        assertEquals(40, counter(SystemCounterDescriptor.STATUS_MESSAGES_RECEIVED) - before);
    }

    @Test
    void shouldGoOnReadingBehindWhatAReceiverAsksFor() throws IOException {
        Publication publication = aeron.addPublication("aeron:udp?control-mode=dynamic|control=127.0.0.1:0", STREAM);
        InetSocketAddress control = address(publication.localSocketAddresses().get(0));
        ByteBuffer said = BufferUtil.allocateDirectAligned(StatusMessageFlyweight.HEADER_LENGTH, 8);
        new StatusMessageFlyweight(said)
                .streamId(STREAM)
                .version(HeaderFlyweight.CURRENT_VERSION)
                .headerType(HeaderFlyweight.HDR_TYPE_SM)
                .frameLength(StatusMessageFlyweight.HEADER_LENGTH);
        ByteBuffer asked = BufferUtil.allocateDirectAligned(NakFlyweight.HEADER_LENGTH, 8);
        new NakFlyweight(asked)
                .streamId(STREAM)
                .version(HeaderFlyweight.CURRENT_VERSION)
                .headerType(HeaderFlyweight.HDR_TYPE_NAK)
                .frameLength(NakFlyweight.HEADER_LENGTH);
        other.send(said, control);
        round();
        long before = counter(SystemCounterDescriptor.STATUS_MESSAGES_RECEIVED);
        other.send(asked, control);
        for (int i = 0; i < 5; i++) {
            other.send(said.clear(), control);
        }
        round();
        assertEquals(5, counter(SystemCounterDescriptor.STATUS_MESSAGES_RECEIVED) - before);
    }

    @Test
    @Timeout(20)
    void shouldStillTakeWhatADriverOfAeronSends() {
        Subscription subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", STREAM);
        String channel = Objects.requireNonNull(subscription.tryResolveChannelEndpointPort());
        try (Publication publication = aeron.addPublication(channel, STREAM)) {
            while (!publication.isConnected()) {
                round();
                aeron.conductorAgentInvoker().invoke();
            }
            UnsafeBuffer message = new UnsafeBuffer(new byte[1_000]);
            for (int i = 0; i < 20; i++) {
                message.putInt(0, i);
                assertTrue(publication.offer(message) > 0);
                round();
            }
            int[] next = new int[1];
            while (next[0] < 20) {
                round();
                aeron.conductorAgentInvoker().invoke();
                subscription.poll(
                        (buffer, offset, length, header) -> assertEquals(next[0]++, buffer.getInt(offset)), 100);
            }
        }
    }
}
