package dev.microphone.standalone.control;

import dev.microphone.router.http.HttpAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The one thread on which plugins and chains change: each change sees the one before done. Any thread asks. */
public final class ControlThread implements AutoCloseable {
    /** A change takes up to a second; who waits longer than for that many shall ask again. */
    private static final int MAX_WAITING = 16;

    /** A plugin's author sees the change at once, and a hundred files cost well below a millisecond. */
    private static final long POLL_INTERVAL_MS = 500;

    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("plugin-control").factory());
    private final Consumer<Throwable> errors;

    public ControlThread(Consumer<Throwable> errors) {
        this.errors = errors;
    }

    /** Has it look for changes now and then; a look that throws is reported, and others follow. */
    public void poll(Runnable look) {
        var unused = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        look.run();
                    } catch (RuntimeException | Error e) {
                        // Whatever it was: an executor that sees it never looks again, and says nothing.
                        errors.accept(e);
                    }
                },
                0,
                POLL_INTERVAL_MS,
                TimeUnit.MILLISECONDS);
    }

    /** Answers from the thread; at once with 503 where too many wait. */
    CompletableFuture<HttpAnswer> answer(Supplier<HttpAnswer> action) {
        if (executor.getQueue().size() >= MAX_WAITING) {
            return CompletableFuture.completedFuture(
                    HttpAnswer.error(503, MAX_WAITING + " changes wait already: try again in a moment"));
        }
        try {
            return CompletableFuture.supplyAsync(action, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(HttpAnswer.error(503, "the system is closing"));
        }
    }

    /** Waits until what was asked for so far is done. */
    void await() throws InterruptedException, ExecutionException {
        executor.submit(() -> {}).get();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                errors.accept(new IllegalStateException(
                        "a change of plugins is still running " + CLOSE_TIMEOUT_MS + " ms after stop"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
