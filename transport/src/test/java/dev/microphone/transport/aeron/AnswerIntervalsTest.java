package dev.microphone.transport.aeron;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aeron.driver.CongestionControl;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.UdpChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.junit.jupiter.api.Test;

final class AnswerIntervalsTest {
    private final MediaDriver.Context context = new MediaDriver.Context();
    private final AnswerIntervals intervals = new AnswerIntervals();
    private final Deque<CongestionControl> connections = new ArrayDeque<>();

    private long connect() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        connections.add(intervals.newInstance(
                connections.size(),
                UdpChannel.parse("aeron:udp?endpoint=127.0.0.1:40000"),
                1,
                connections.size(),
                128 * 1024,
                8 * 1024,
                address,
                address,
                SystemNanoClock.INSTANCE,
                context,
                new CountersManager(new UnsafeBuffer(new byte[1024]), new UnsafeBuffer(new byte[256]))));
        return context.statusMessageTimeoutNs();
    }

    @Test
    void shouldAnswerFewSoonAndManyLessOften() {
        for (int i = 0; i < AnswerIntervals.FEW_CONNECTIONS; i++) {
            assertEquals(AnswerIntervals.SHORT_NS, connect());
        }
        assertEquals(AnswerIntervals.LONG_NS, connect());

        for (int i = 0; i < 2; i++) {
            connections.remove().close();
        }

        assertEquals(AnswerIntervals.SHORT_NS, connect());
        assertEquals(AnswerIntervals.LONG_NS, connect());
    }
}
