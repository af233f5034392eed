package dev.microphone.loadtest.stages;

import io.aeron.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for a condition that other threads bring about, and says so when it does not come. */
public final class Waiting {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** What was waited for did not come in time. */
    public static final class TimedOutException extends IllegalStateException {
        private static final long serialVersionUID = 1;

        public TimedOutException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private Waiting() {}

    /** @throws TimedOutException when it does not hold within the time-out */
    public static void until(String what, long timeoutNs, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new TimedOutException(
                        "not within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms: " + what, null);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    public static String resolvedChannel(Subscription subscription) {
        return resolvedChannel(subscription::tryResolveChannelEndpointPort);
    }

    /** The subscription's channel with the port that the system chose for it. */
    public static String resolvedChannel(Supplier<@Nullable String> channel) {
        String[] resolved = new String[1];
        until("a port for the subscription", TimeUnit.SECONDS.toNanos(5), () -> {
            String value = channel.get();
            resolved[0] = value == null ? "" : value;
            return value != null;
        });
        return resolved[0];
    }
}
