package dev.microphone.edge.agent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** For what another thread does. */
final class Await {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long PAUSE_NS = 1_000;

    private Await() {}

    static void until(BooleanSupplier condition) {
        until(condition, Thread::onSpinWait);
    }

    /** Does the work again and again until the condition holds. */
    static void until(BooleanSupplier condition, Runnable work) {
        long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            work.run();
            LockSupport.parkNanos(PAUSE_NS);
            if (System.nanoTime() - startNs > DEADLINE_NS) {
                throw new AssertionError("did not happen in time");
            }
        }
    }
}
