package dev.microphone.transport.service;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * For a thread on the data path: spins briefly, then sleeps up to {@value #LONGEST_PARK_NS} ns, so that a frame waits no
 * longer for it; and once nothing has come for {@value #QUIET_NS} ns, longer than from one frame to the next, a
 * millisecond at a time. A thread that wakes every 50 µs takes some 6 % of a core of a virtual machine, and a node
 * without streams has several of them.
 *
 * <p>Owned by the thread that idles.
 */
public final class DataPathIdleStrategy implements IdleStrategy {
    static final long LONGEST_PARK_NS = 50_000;
    static final long QUIET_NS = 30_000_000;
    static final long QUIET_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final IdleStrategy awake;
    private final NanoClock clock;
    private final LongConsumer park;
    private boolean idle;
    private long idleSinceNs;

    public DataPathIdleStrategy() {
        this(new BackoffIdleStrategy(10, 10, 1_000, LONGEST_PARK_NS), SystemNanoClock.INSTANCE, LockSupport::parkNanos);
    }

    DataPathIdleStrategy(IdleStrategy awake, NanoClock clock, LongConsumer park) {
        this.awake = awake;
        this.clock = clock;
        this.park = park;
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        long nowNs = clock.nanoTime();
        if (!idle) {
            idle = true;
            idleSinceNs = nowNs;
        }
        if (nowNs - idleSinceNs < QUIET_NS) {
            awake.idle();
        } else {
            park.accept(QUIET_PARK_NS);
        }
    }

    @Override
    public void reset() {
        idle = false;
        awake.reset();
    }
}
