package dev.microphone.transport.service;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;

/**
 * Keeps each distinct error of a process with how often it came, and prints a line the first time.
 *
 * <p>Any thread. An error that comes a thousand times a second costs one line and a counter.
 */
public final class ErrorLog implements ErrorHandler {
    /** Room for some hundred distinct stack traces. */
    private static final int LOG_LENGTH = 1024 * 1024;

    private final UnsafeBuffer buffer = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(LOG_LENGTH));
    private final DistinctErrorLog log;
    private final PrintStream out;
    private final boolean stackTraces;

    /**
     * @param out where the first of each kind is printed
     * @param stackTraces whether with its stack trace
     */
    public ErrorLog(EpochClock clock, PrintStream out, boolean stackTraces) {
        this.log = new DistinctErrorLog(buffer, clock);
        this.out = out;
        this.stackTraces = stackTraces;
    }

    @Override
    public void onError(Throwable error) {
        int before = distinctErrors();
        if (!log.record(error)) {
            // The log is full: an error must not vanish for that.
            print(error);
        } else if (distinctErrors() > before) {
            print(error);
        }
    }

    private synchronized void print(Throwable error) {
        if (stackTraces) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            out.println("error: " + text.toString().strip());
        } else {
            out.println("error: " + error + at(error));
        }
    }

    private static String at(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    /** How many kinds of error there were. */
    public int distinctErrors() {
        return ErrorLogReader.read(buffer, (count, first, last, text) -> {});
    }
}
