package dev.microphone.standalone.live;

import dev.microphone.transport.metrics.Metrics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.status.AtomicCounter;

/** Waits until every frame that one stage has sent has arrived at the next. */
final class Drain {
    /** Longer than the queues are: 5 s of backlog, half a second in Aeron. */
    static final long TIMEOUT_MS = 8_000;

    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicCounter captured;
    private final AtomicCounter takenByProcessor;
    private final AtomicCounter processed;
    private final AtomicCounter takenByRouter;

    Drain(Metrics metrics) {
        captured = metrics.counter("microphone_frames_published_total", "stage", "capture");
        takenByProcessor = metrics.counter("microphone_messages_taken_total", "stage", "processor");
        processed = metrics.counter("microphone_frames_published_total", "stage", "processor");
        takenByRouter = metrics.counter("microphone_messages_taken_total", "stage", "router");
    }

    /** @throws TimeoutException when something is still on its way, with how much */
    void await() throws TimeoutException {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (!isDrained()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new TimeoutException("frames are still on their way after " + TIMEOUT_MS + " ms: "
                        + (captured.get() - takenByProcessor.get()) + " to the processor, "
                        + (processed.get() - takenByRouter.get()) + " to the router");
            }
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
    }

    private boolean isDrained() {
        return takenByProcessor.get() >= captured.get() && takenByRouter.get() >= processed.get();
    }
}
