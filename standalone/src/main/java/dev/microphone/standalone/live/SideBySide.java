package dev.microphone.standalone.live;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Opens things at the same time, each on a thread of its own: for those that spend a good part of their time on waiting.
 * Belongs to the thread that makes it.
 */
final class SideBySide implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("opening-", 0).factory());

    /** One of them. */
    @FunctionalInterface
    interface Opening<T> {
        /**
         * Waits for it, and fails as it did.
         *
         * @throws IOException when it cannot be opened; the message is for users
         */
        T get() throws IOException;
    }

    <T> Opening<T> begin(Callable<T> opening) {
        Future<T> begun = threads.submit(opening);
        return () -> opened(begun);
    }

    private static <T> T opened(Future<T> begun) throws IOException {
        try {
            return begun.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof IOException refused) {
                throw refused;
            }
            throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted at its start");
        }
    }

    /** Waits until all have been opened, or have failed: whoever closes them finds them there. */
    @Override
    public void close() {
        threads.close();
    }
}
