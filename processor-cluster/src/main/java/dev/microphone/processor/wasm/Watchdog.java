package dev.microphone.processor.wasm;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/**
 * Stops plugin calls that run too long. One a process; one {@link Watch} for each thread that calls plugins.
 *
 * <p>It never interrupts a thread: it sets a flag in the memory of the instance that is running, which only that
 * instance's code reads, and the instance is thrown away afterwards. So a late stop cannot hit another frame, another
 * stream or the host. A thread that was merely not given the processor is spared: once the limit has passed, the call
 * may use another 1 ms of processor time.
 */
public final class Watchdog implements AutoCloseable {
    /** How often deadlines are looked at while plugins run: a tenth of the usual limit. */
    static final long TICK_NS = 500_000;

    static final long CPU_GRACE_NS = 1_000_000;

    /** Told to stop and still running after this long: the call is in a loop whose poll must be armed. */
    static final long ESCALATION_NS = 10_000_000;

    /** With no call for this long the thread sleeps until there is one. */
    private static final long IDLE_NS = 200_000_000;

    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final LongUnaryOperator threadCpuTimeNs;
    private final Thread thread = new Thread(this::run, "plugin-watchdog");
    private volatile boolean asleep;
    private volatile boolean closed;

    private Watchdog(LongUnaryOperator threadCpuTimeNs) {
        this.threadCpuTimeNs = threadCpuTimeNs;
    }

    /** Starts the thread; a daemon. */
    public static Watchdog start() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Watchdog watchdog = new Watchdog(
                threads.isThreadCpuTimeSupported() ? threads::getThreadCpuTime : threadId -> Long.MAX_VALUE);
        watchdog.thread.setDaemon(true);
        watchdog.thread.start();
        return watchdog;
    }

    /** Without a thread: a test calls {@link #check}. */
    static Watchdog withoutThread(LongUnaryOperator threadCpuTimeNs) {
        return new Watchdog(threadCpuTimeNs);
    }

    /** A watch for one thread. */
    public Watch newWatch() {
        Watch watch = new Watch(this);
        watches.add(watch);
        return watch;
    }

    void remove(Watch watch) {
        watches.remove(watch);
    }

    int watchCount() {
        return watches.size();
    }

    void wakeIfAsleep() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** One look at all watches. */
    void check(long nowNs) {
        for (Watch watch : watches) {
            watch.check(nowNs, threadCpuTimeNs);
        }
    }

    private void run() {
        long lastCallNs = System.nanoTime();
        while (!closed) {
            long nowNs = System.nanoTime();
            checkAndGoOn(nowNs);
            if (anyCallSinceLastLook()) {
                lastCallNs = nowNs;
            }
            if (nowNs - lastCallNs < IDLE_NS) {
                LockSupport.parkNanos(this, TICK_NS);
            } else {
                sleepUntilCalled();
                lastCallNs = System.nanoTime();
            }
        }
    }

    /** An error here must be seen, and must not leave all plugins without a limit. */
    private void checkAndGoOn(long nowNs) {
        try {
            check(nowNs);
        } catch (RuntimeException | Error e) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    /** First says that it sleeps, then looks again: a call that armed before did not see it, one after wakes it. */
    private void sleepUntilCalled() {
        asleep = true;
        try {
            while (!closed && !anyCallSinceLastLook()) {
                LockSupport.park(this);
            }
        } finally {
            asleep = false;
        }
    }

    private boolean anyCallSinceLastLook() {
        boolean any = false;
        for (Watch watch : watches) {
            any |= watch.calledSinceLastLook();
        }
        return any;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
