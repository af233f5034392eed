package dev.microphone.transport.aeron;

import io.aeron.Aeron;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * How much processor time a polling thread spends on rounds that found something to do. A thread that polls uses the
 * processor with nothing to do as well, so that its whole time says nothing about what a frame costs.
 *
 * <p>Stands around the thread's idle strategy, which is called once a round. Each thread's time, ns, is a counter in the
 * folder of its media driver, where another process reads it ({@link BusyTimes}). Only with the system property
 * {@value #PROPERTY}: two looks at the thread's clock cost about half a microsecond a round; without it there is nothing
 * in between. Owned by the thread that idles; allocates nothing.
 */
public final class BusyTime implements IdleStrategy {
    /** {@code true} switches it on, for measurements. */
    public static final String PROPERTY = "microphone.busy-time";

    /** Aeron's counters from 1,000 on are the user's; any that nothing else here has. */
    static final int COUNTER_TYPE = 4_801;

    private final IdleStrategy idle;
    private final LongSupplier threadTimeNs;
    private long wokeNs = -1;
    private long busyNs;
    private volatile @Nullable AtomicCounter counter;

    /** @param threadTimeNs processor time of the calling thread */
    BusyTime(IdleStrategy idle, LongSupplier threadTimeNs) {
        this.idle = idle;
        this.threadTimeNs = threadTimeNs;
    }

    /**
     * The same strategy, measured where that is switched on.
     *
     * @param aeron whose driver's folder has the counter
     * @param thread what the counter is called
     */
    public static IdleStrategy of(IdleStrategy idle, Aeron aeron, String thread) {
        if (!isOn()) {
            return idle;
        }
        BusyTime measured = unnamed(idle);
        measured.count(aeron, thread);
        return measured;
    }

    static boolean isOn() {
        return Boolean.getBoolean(PROPERTY);
    }

    /** Of a thread that runs before there is an Aeron client: its counter comes later. */
    static BusyTime unnamed(IdleStrategy idle) {
        return new BusyTime(idle, ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
    }

    void count(Aeron aeron, String thread) {
        counter = aeron.addCounter(COUNTER_TYPE, thread);
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0 && wokeNs >= 0) {
            busyNs += threadTimeNs.getAsLong() - wokeNs;
            publish();
        }
        idle.idle(workCount);
        wokeNs = threadTimeNs.getAsLong();
    }

    private void publish() {
        AtomicCounter open = counter;
        if (open != null && !open.isClosed()) {
            open.setRelease(busyNs);
        }
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
