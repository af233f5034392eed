package dev.microphone.loadtest.path;

import dev.microphone.loadtest.stages.Waiting;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.service.ErrorLog;
import dev.microphone.transport.service.ServiceHost;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The yardstick: the same bytes over the same two hops, driver, channel and threads as the system's own path, with
 * nothing in between but Aeron's publications and subscriptions: no header codec, no checksum, no session, no counters.
 */
final class BareAeronPath implements FramePath {
    private static final int FIRST_STREAM = 2001;
    private static final int SECOND_STREAM = 2002;
    private static final int POLL_LIMIT = 16;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[Frame.HEADER_LENGTH + Frame.MAX_PCM_LENGTH]);
    private final BufferClaim senderClaim = new BufferClaim();
    private final BufferClaim forwarderClaim = new BufferClaim();
    private final Arrivals arrivals = new Arrivals();
    private final ServiceHost host;
    private final ExclusivePublication first;
    private final ExclusivePublication second;

    private BareAeronPath(ServiceHost host, ExclusivePublication first, ExclusivePublication second) {
        this.host = host;
        this.first = first;
        this.second = second;
    }

    /** Starts both hops; nothing is left running when one fails to start. */
    static BareAeronPath open(ErrorLog errors) {
        ServiceHost host = new ServiceHost(errors);
        boolean opened = false;
        try {
            BareAeronPath path = compose(host);
            opened = true;
            return path;
        } finally {
            if (!opened) {
                host.close();
            }
        }
    }

    private static BareAeronPath compose(ServiceHost host) {
        Aeron aeron = host.own(EmbeddedMedia.launch(host.errors())).aeron();
        Subscription end = host.own(aeron.addSubscription(EmbeddedMedia.LOOPBACK_CHANNEL, SECOND_STREAM));
        Subscription middle = host.own(aeron.addSubscription(EmbeddedMedia.LOOPBACK_CHANNEL, FIRST_STREAM));
        BareAeronPath path = new BareAeronPath(
                host,
                host.own(aeron.addExclusivePublication(Waiting.resolvedChannel(middle), FIRST_STREAM)),
                host.own(aeron.addExclusivePublication(Waiting.resolvedChannel(end), SECOND_STREAM)));
        host.start(agent("bare-router", () -> end.poll(path::onArrival, POLL_LIMIT)));
        host.start(agent("bare-processor", () -> middle.controlledPoll(path::forward, POLL_LIMIT)));
        return path;
    }

    private static Agent agent(String roleName, Poll poll) {
        return new Agent() {
            @Override
            public int doWork() {
                return poll.poll();
            }

            @Override
            public String roleName() {
                return roleName;
            }
        };
    }

    /** What an agent does once. */
    private interface Poll {
        int poll();
    }

    @Override
    public boolean send(int stream, long sequence, long dueNs, long sentNs) {
        message.putLong(Timestamps.DUE_OFFSET, dueNs);
        message.putLong(Timestamps.SENT_OFFSET, sentNs);
        if (first.tryClaim(message.capacity(), senderClaim) <= 0) {
            return false;
        }
        senderClaim.buffer().putBytes(senderClaim.offset(), message, 0, message.capacity());
        senderClaim.commit();
        return true;
    }

    private Action forward(DirectBuffer buffer, int offset, int length, Header header) {
        if (second.tryClaim(length, forwarderClaim) <= 0) {
            return Action.ABORT;
        }
        forwarderClaim.buffer().putBytes(forwarderClaim.offset(), buffer, offset, length);
        forwarderClaim.commit();
        return Action.CONTINUE;
    }

    private void onArrival(DirectBuffer buffer, int offset, int length, Header header) {
        arrivals.record(
                buffer.getLong(offset + Timestamps.DUE_OFFSET),
                buffer.getLong(offset + Timestamps.SENT_OFFSET),
                System.nanoTime());
    }

    @Override
    public boolean isConnected() {
        return first.isConnected() && second.isConnected();
    }

    @Override
    public Arrivals arrivals() {
        return arrivals;
    }

    @Override
    public long lost() {
        return 0;
    }

    @Override
    public void close() {
        host.close();
    }
}
