package dev.microphone.router;

import dev.microphone.router.stream.Streams;
import dev.microphone.transport.frame.FramePoller;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/** Hands over what arrives to the {@link Routes}. */
final class RouterAgent implements Agent {
    /** Enough that the clocks' 50 ns do not count, little enough that arrival times are right to 100 µs. */
    private static final int FRAME_LIMIT = 32;

    /** Longer than a sink's queue needs to make room. */
    private static final long DRAIN_QUIET_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Ends the drain even when frames never stop coming. */
    private static final long DRAIN_LIMIT_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long HOUSEKEEPING_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final FramePoller poller;
    private final Routes routes;
    private final Streams streams;
    private final NanoClock clock;
    private final EpochNanoClock wallClock;
    private long nextHousekeepingNs;

    RouterAgent(FramePoller poller, Routes routes, Streams streams, NanoClock clock, EpochNanoClock wallClock) {
        this.poller = poller;
        this.routes = routes;
        this.streams = streams;
        this.clock = clock;
        this.wallClock = wallClock;
        this.nextHousekeepingNs = clock.nanoTime() + HOUSEKEEPING_INTERVAL_NS;
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        routes.advanceTo(nowNs, wallClock.nanoTime());
        if (nowNs - nextHousekeepingNs >= 0) {
            nextHousekeepingNs = nowNs + HOUSEKEEPING_INTERVAL_NS;
            streams.removeIdle(nowNs);
        }
        return poller.poll(routes, FRAME_LIMIT);
    }

    /** Delivers what has arrived already: until nothing came for a while. */
    @Override
    public void onClose() {
        long startNs = clock.nanoTime();
        long lastWorkNs = startNs;
        long nowNs = startNs;
        RuntimeException first = null;
        while (nowNs - lastWorkNs < DRAIN_QUIET_NS && nowNs - startNs < DRAIN_LIMIT_NS) {
            try {
                if (doWork() > 0) {
                    lastWorkNs = nowNs;
                } else {
                    Thread.onSpinWait();
                }
            } catch (RuntimeException e) {
                // That frame is counted; those behind it are still delivered.
                first = first == null ? e : first;
            }
            nowNs = clock.nanoTime();
        }
        if (first != null) {
            throw first;
        }
    }

    @Override
    public String roleName() {
        return "router";
    }
}
