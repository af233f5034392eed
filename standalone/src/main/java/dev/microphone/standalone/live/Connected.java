package dev.microphone.standalone.live;

import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.aeron.FrameSubscriber;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Whether the stages have found each other over Aeron. */
final class Connected {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<FramePublisher> publishers;

    Connected(List<FramePublisher> publishers) {
        this.publishers = publishers;
    }

    boolean isConnected() {
        return publishers.stream().allMatch(FramePublisher::isConnected);
    }

    /** @throws UserError when they do not find each other in 10 s */
    void await() {
        awaitTrue(this::isConnected, "the stages did not connect over loopback UDP");
    }

    /** The channel to send to, once the system has chosen the port. */
    static String channelOf(FrameSubscriber receiver) {
        awaitTrue(() -> receiver.resolvedChannel() != null, "no UDP port could be opened on loopback");
        return String.valueOf(receiver.resolvedChannel());
    }

    private static void awaitTrue(BooleanSupplier condition, String otherwise) {
        long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw UserError.failed(otherwise + " within " + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s");
            }
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
    }
}
