package dev.microphone.transport.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Milliseconds since 1970 as they were at the start, going on with the monotonic clock: when the machine's time of day is
 * set, this one does not step. Aeron's driver and client look by their epoch clocks whether the other is still there, and
 * close for good when it was silent too long: a device without a clock of its own, which is told the time minutes after its
 * start, would be deaf from then on. Any thread.
 */
final class SteadyEpochClock implements EpochClock {
    private final long startMs;
    private final NanoClock clock;
    private final long startNs;

    /**
     * @param startMs the time of day now
     * @param clock monotonic
     */
    SteadyEpochClock(long startMs, NanoClock clock) {
        this.startMs = startMs;
        this.clock = clock;
        this.startNs = clock.nanoTime();
    }

    @Override
    public long time() {
        return startMs + TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNs);
    }
}
