package dev.microphone.transport.service;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * For a thread that looks at every connection in each round: after a long round it rests as long as that took, whether there
 * was work or not, so that the next round finds more. A round over hundreds of connections takes the same time for one frame
 * as for ten; without rests such a thread takes a whole core for a fraction of the frames that it could handle, and on a
 * machine with few cores keeps the others waiting.
 *
 * <p>Short rounds are left to the strategy for idle threads. A rest adds {@value #LONGEST_REST_NS} ns to a frame's delay at
 * most, beside what the system takes to wake a thread. Owned by the thread that idles.
 */
public final class RestingIdleStrategy implements IdleStrategy {
    /** Less is what a system takes to wake a thread anyway. */
    private static final long LONG_ROUND_NS = 50_000;

    private static final long LONGEST_REST_NS = 250_000;

    private final IdleStrategy idle;
    private final int fullRound;
    private final NanoClock clock;
    private final LongConsumer rest;
    private long wokeNs;

    /**
     * @param idle after short rounds
     * @param fullRound a round with so much work has left some behind: no rest
     */
    public RestingIdleStrategy(IdleStrategy idle, int fullRound) {
        this(idle, fullRound, SystemNanoClock.INSTANCE, LockSupport::parkNanos);
    }

    RestingIdleStrategy(IdleStrategy idle, int fullRound, NanoClock clock, LongConsumer rest) {
        this.idle = idle;
        this.fullRound = fullRound;
        this.clock = clock;
        this.rest = rest;
        wokeNs = clock.nanoTime();
    }

    @Override
    public void idle(int workCount) {
        long roundNs = clock.nanoTime() - wokeNs;
        if (roundNs >= LONG_ROUND_NS && workCount < fullRound) {
            rest.accept(Math.min(roundNs, LONGEST_REST_NS));
        } else {
            idle.idle(workCount);
        }
        wokeNs = clock.nanoTime();
    }

    @Override
    public void idle() {
        idle.idle();
    }

    @Override
    public void reset() {
        idle.reset();
    }
}
