package dev.microphone.processor.wasm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thread's side of the {@link Watchdog}: armed before each call into a plugin, disarmed after it.
 *
 * <pre>
 * IDLE ──arm──▶ deadline ──disarm──▶ IDLE
 *                  │ watchdog, past the deadline
 *                  ▼
 *                BUSY ──flag set──▶ FIRED ──disarm──▶ IDLE
 * </pre>
 *
 * Both ways out of "deadline" are compare-and-set on the same word, so exactly one of "the call ended" and "the call is
 * stopped" happens. While BUSY the owner waits in {@link #disarm}: the watchdog touches the instance only between its
 * two steps, never after the owner has gone on. Owned by the thread that arms it; allocates nothing.
 */
public final class Watch implements AutoCloseable {
    private static final long IDLE = Long.MIN_VALUE;
    private static final long BUSY = Long.MIN_VALUE + 1;
    private static final long FIRED = Long.MIN_VALUE + 2;
    private static final VarHandle STATE;
    private static final VarHandle CALLS;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Watch.class, "state", long.class);
            CALLS = MethodHandles.lookup().findVarHandle(Watch.class, "calls", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Watchdog watchdog;

    @SuppressWarnings("UnusedVariable") // through STATE
    private volatile long state = IDLE;

    // Written by the owner while IDLE, read by the watchdog while BUSY.
    private @Nullable FlatMemory memory;
    private @Nullable LoopPoll loopPoll;
    private long deadlineNs;
    private volatile long ownerThreadId;

    @SuppressWarnings("unused") // through CALLS
    private long calls;

    // The watchdog's own.
    private long seenCalls;
    private long expiredDeadlineNs = IDLE;
    private long cpuTimeAtExpiryNs;
    private long firedAtNs;

    Watch(Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    void arm(FlatMemory memory, LoopPoll loopPoll, long deadlineNs) {
        this.memory = memory;
        this.loopPoll = loopPoll;
        this.deadlineNs = deadlineNs;
        long threadId = Thread.currentThread().threadId();
        if (ownerThreadId != threadId) {
            ownerThreadId = threadId;
        }
        CALLS.setOpaque(this, (long) CALLS.getOpaque(this) + 1);
        STATE.setVolatile(this, deadlineNs);
        watchdog.wakeIfAsleep();
    }

    /** @return whether the watchdog stopped the call; its instance must then not be used again */
    boolean disarm() {
        if (STATE.compareAndSet(this, deadlineNs, IDLE)) {
            return false;
        }
        while (!STATE.compareAndSet(this, FIRED, IDLE)) {
            Thread.onSpinWait();
        }
        return true;
    }

    /** The watchdog's look. */
    void check(long nowNs, LongUnaryOperator threadCpuTimeNs) {
        long seen = (long) STATE.getAcquire(this);
        if (seen == FIRED) {
            if (nowNs - firedAtNs >= Watchdog.ESCALATION_NS) {
                escalate(nowNs);
            }
        } else if (seen != IDLE && nowNs - seen >= 0 && hasUsedItsGrace(seen, threadCpuTimeNs)) {
            fire(seen, nowNs);
        }
    }

    private boolean hasUsedItsGrace(long expired, LongUnaryOperator threadCpuTimeNs) {
        long cpuTimeNs = threadCpuTimeNs.applyAsLong(ownerThreadId);
        if (cpuTimeNs < 0 || cpuTimeNs == Long.MAX_VALUE) {
            return true;
        }
        if (expiredDeadlineNs != expired) {
            expiredDeadlineNs = expired;
            cpuTimeAtExpiryNs = cpuTimeNs;
        }
        return cpuTimeNs - cpuTimeAtExpiryNs >= Watchdog.CPU_GRACE_NS;
    }

    private void fire(long expired, long nowNs) {
        if (STATE.compareAndSet(this, expired, BUSY)) {
            try {
                FlatMemory running = memory;
                if (running != null) {
                    running.requestStop();
                }
                firedAtNs = nowNs;
            } finally {
                STATE.setRelease(this, FIRED);
            }
        }
    }

    private void escalate(long nowNs) {
        if (STATE.compareAndSet(this, FIRED, BUSY)) {
            try {
                LoopPoll running = loopPoll;
                if (running != null) {
                    running.arm(nowNs);
                }
            } finally {
                STATE.setRelease(this, FIRED);
            }
        }
    }

    /**
     * Whether a call runs, or one has run since the last look. A volatile read, and not an acquire: the watchdog has just
     * said that it sleeps, and a call that it then does not see must see that. Weaker reads may pass the write before
     * them (on ARM), and then neither sees the other.
     */
    boolean calledSinceLastLook() {
        long now = (long) CALLS.getOpaque(this);
        boolean called = now != seenCalls || (long) STATE.getVolatile(this) != IDLE;
        seenCalls = now;
        return called;
    }

    @Override
    public void close() {
        watchdog.remove(this);
    }
}
