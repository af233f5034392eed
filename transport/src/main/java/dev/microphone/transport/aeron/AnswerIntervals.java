package dev.microphone.transport.aeron;

import io.aeron.driver.CongestionControl;
import io.aeron.driver.CongestionControlSupplier;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.StaticWindowCongestionControl;
import io.aeron.driver.media.UdpChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.CountersManager;

/**
 * How often a driver says to each agent how far it has read.
 *
 * <p>A driver says to which session an agent should listen for answers together with such a status message that nothing
 * else caused: Aeron's 200 ms between two are most of what a connection takes. 50 ms are 20 small datagrams a second and
 * agent, though, and from some hundred agents on the driver has better things to do: who comes then waits a little longer
 * once, and frames cause status messages anyway, one for each quarter of the window.
 *
 * <p>Aeron takes the interval from the driver's settings when a connection comes, right after it has asked for that
 * connection's congestion control, on the same thread: the driver's conductor, to which this belongs.
 */
final class AnswerIntervals implements CongestionControlSupplier {
    static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Aeron's own. */
    static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** So many make 3,000 status messages a second at the short interval. */
    static final int FEW_CONNECTIONS = 150;

    private int connections;

    @Override
    public CongestionControl newInstance(
            long registrationId,
            UdpChannel udpChannel,
            int streamId,
            int sessionId,
            int termLength,
            int senderMtuLength,
            InetSocketAddress controlAddress,
            InetSocketAddress sourceAddress,
            NanoClock clock,
            MediaDriver.Context context,
            CountersManager countersManager) {
        context.statusMessageTimeoutNs(connections < FEW_CONNECTIONS ? SHORT_NS : LONG_NS);
        connections++;
        return new StaticWindowCongestionControl(
                registrationId,
                udpChannel,
                streamId,
                sessionId,
                termLength,
                senderMtuLength,
                controlAddress,
                sourceAddress,
                clock,
                context,
                countersManager) {
            @Override
            public void close() {
                super.close();
                connections--;
            }
        };
    }
}
