package dev.microphone.standalone.terminal;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end its work in order when the process is told to end (Ctrl-C, SIGTERM): the action is called, and the
 * process waits until the work has returned.
 */
public final class Interruption {
    /** Longer than all waits of an orderly end together, also with a disk that hangs; SIGKILL ends it sooner. */
    private static final long MAX_WAIT_MS = TimeUnit.SECONDS.toMillis(40);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Runnable action, int exitCode) {
        hook = new Thread(() -> end(action, exitCode), "interruption");
    }

    /**
     * Does the work. When the process is told to end meanwhile, calls the action on another thread, so that the work
     * ends soon.
     *
     * @param exitCode of the process when the work then ends in time
     */
    public static <T> T endsBy(Runnable action, int exitCode, Callable<T> work) throws Exception {
        Interruption interruption = new Interruption(action, exitCode);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        try {
            return work.call();
        } finally {
            interruption.close();
        }
    }

    private void end(Runnable action, int exitCode) {
        action.run();
        try {
            if (closed.await(MAX_WAIT_MS, TimeUnit.MILLISECONDS)) {
                System.out.flush();
                System.err.flush();
                // The signal's own exit code would say that the work was cut off.
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and was waiting for this.
        }
    }
}
