package dev.microphone.transport.aeron;

import io.aeron.driver.Configuration;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Room for one datagram of any length, seen in two ways; for all sockets of a thread. */
record DatagramBuffer(ByteBuffer bytes, UnsafeBuffer content) {
    static DatagramBuffer allocate() {
        ByteBuffer bytes =
                BufferUtil.allocateDirectAligned(Configuration.MAX_UDP_PAYLOAD_LENGTH, BitUtil.CACHE_LINE_LENGTH);
        return new DatagramBuffer(bytes, new UnsafeBuffer(bytes));
    }
}
