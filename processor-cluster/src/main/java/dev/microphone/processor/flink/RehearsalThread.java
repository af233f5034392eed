package dev.microphone.processor.flink;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.agrona.ErrorHandler;

/**
 * Has a node rehearse once, beside what it does for live streams: gently, unless somebody waits for it. Any thread.
 */
final class RehearsalThread implements Rehearsal.Pace, AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ErrorHandler errors;
    private final FutureTask<Long> rehearsal;
    private final Thread thread;
    private volatile boolean isHurried;
    private volatile boolean isStopped;

    /**
     * @param work rehearses at the pace that it is given, and returns how many frames came through
     * @param errors of the work
     */
    RehearsalThread(Function<Rehearsal.Pace, Long> work, ErrorHandler errors) {
        this.errors = errors;
        rehearsal = new FutureTask<>(reporting(() -> work.apply(this)));
        thread = Thread.ofPlatform().name("rehearsal").daemon().unstarted(rehearsal);
    }

    private Callable<Long> reporting(Callable<Long> work) {
        return () -> {
            try {
                return work.call();
            } catch (Exception e) {
                errors.onError(e);
                throw e;
            }
        };
    }

    /** The first call has it begin; does not wait. */
    synchronized void begin() {
        if (!isStopped && thread.getState() == Thread.State.NEW) {
            thread.start();
        }
    }

    /**
     * Has it go as fast as it can, and waits for its end.
     *
     * @return how many frames came through; the same for everybody who asks
     * @throws IllegalStateException when it failed, or the node has closed before it began
     */
    long await() throws InterruptedException {
        isHurried = true;
        begin();
        if (thread.getState() == Thread.State.NEW) {
            throw new IllegalStateException("no rehearsal any more: the node has closed");
        }
        LockSupport.unpark(thread);
        try {
            return rehearsal.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the rehearsal failed: " + e.getCause(), e);
        }
    }

    @Override
    public boolean isHurried() {
        return isHurried;
    }

    @Override
    public boolean isStopped() {
        return isStopped;
    }

    /** Ends it where it is, and waits for that. */
    @Override
    public void close() {
        synchronized (this) {
            isStopped = true;
            if (thread.getState() == Thread.State.NEW) {
                return;
            }
        }
        LockSupport.unpark(thread);
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                errors.onError(new IllegalStateException(
                        "the rehearsal goes on " + CLOSE_TIMEOUT.toSeconds() + " s after its end"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
