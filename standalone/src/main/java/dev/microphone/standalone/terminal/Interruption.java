package dev.microphone.standalone.terminal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end its work in order when the process is told to end (Ctrl-C, SIGTERM): the action is called, and the
 * process waits until the command closes this, the last thing that it does.
 */
public final class Interruption implements AutoCloseable {
    /** Longer than any queue needs to drain; a second signal, or SIGKILL, ends it sooner. */
    private static final long MAX_WAIT_MS = TimeUnit.SECONDS.toMillis(10);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Runnable action, int exitCode) {
        hook = new Thread(() -> end(action, exitCode), "interruption");
    }

    /**
     * Calls the action, on a thread of its own, when the process is told to end.
     *
     * @param exitCode of the process when it then ends in time
     */
    public static Interruption on(Runnable action, int exitCode) {
        Interruption interruption = new Interruption(action, exitCode);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
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

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs, and was waiting for this.
        }
    }
}
