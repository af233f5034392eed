package dev.microphone.processor.wasm;

import java.util.concurrent.atomic.AtomicLong;

/** {@link Watch} with one of its three precautions taken away. Exists to show that the proofs would notice. */
final class BrokenWatch implements StopProtocol {
    /** What is missing. */
    enum Flaw {
        /** The watchdog looks at the deadline and then writes, instead of compare-and-set. */
        FIRES_BY_PLAIN_WRITE,
        /** The end of a call is a plain write, too. */
        DISARMS_BY_PLAIN_WRITE,
        /** Says that it has fired before it has. */
        DOES_NOT_SAY_BUSY,
        /** An interrupt in place of a flag in the instance's memory. */
        INTERRUPTS_THE_THREAD
    }

    private static final long IDLE = Long.MIN_VALUE;
    private static final long BUSY = Long.MIN_VALUE + 1;
    private static final long FIRED = Long.MIN_VALUE + 2;

    private final Flaw flaw;
    private final int pause;
    private final AtomicLong state = new AtomicLong(IDLE);
    private volatile FlatMemory memory = StopProtocol.memory();
    private volatile Thread owner = Thread.currentThread();
    private long deadlineNs;

    /** @param pause turns that the watchdog waits at its weak spot: with real threads, what makes it show in seconds */
    BrokenWatch(Flaw flaw, int pause) {
        this.flaw = flaw;
        this.pause = pause;
    }

    @Override
    public void arm(FlatMemory running, LoopPoll loopPoll, long deadline) {
        memory = running;
        owner = Thread.currentThread();
        deadlineNs = deadline;
        state.set(deadline);
    }

    @Override
    public boolean disarm() {
        if (flaw == Flaw.DISARMS_BY_PLAIN_WRITE) {
            return state.getAndSet(IDLE) == FIRED;
        }
        if (state.compareAndSet(deadlineNs, IDLE)) {
            return false;
        }
        while (!state.compareAndSet(FIRED, IDLE)) {
            Thread.onSpinWait();
        }
        return true;
    }

    @Override
    public void check(long nowNs) {
        long seen = state.get();
        if (seen == IDLE || seen == BUSY || seen == FIRED || nowNs - seen < 0) {
            return;
        }
        if (flaw == Flaw.FIRES_BY_PLAIN_WRITE) {
            hesitate();
            state.set(BUSY);
            memory.requestStop();
            state.set(FIRED);
        } else if (flaw == Flaw.DOES_NOT_SAY_BUSY && state.compareAndSet(seen, FIRED)) {
            hesitate();
            memory.requestStop();
        } else if (flaw == Flaw.DISARMS_BY_PLAIN_WRITE && state.compareAndSet(seen, BUSY)) {
            hesitate();
            memory.requestStop();
            state.set(FIRED);
        } else if (flaw == Flaw.INTERRUPTS_THE_THREAD && state.compareAndSet(seen, BUSY)) {
            memory.requestStop();
            owner.interrupt();
            state.set(FIRED);
        }
    }

    private void hesitate() {
        for (int i = 0; i < pause; i++) {
            Thread.onSpinWait();
        }
    }
}
