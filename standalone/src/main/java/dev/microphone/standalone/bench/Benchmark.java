package dev.microphone.standalone.bench;

import java.io.PrintStream;

/**
 * One measurement, printed with what it is compared with. Found by {@link java.util.ServiceLoader}: a module that has
 * some names them in {@code META-INF/services}.
 */
public interface Benchmark {
    /** One word, as given on the command line. */
    String name();

    /** What is measured and against what; one line. */
    String description();

    /**
     * Measures, and prints a line for each figure with what it is compared with.
     *
     * @throws Exception when it could not be measured; the message says why
     */
    void run(PrintStream out) throws Exception;
}
