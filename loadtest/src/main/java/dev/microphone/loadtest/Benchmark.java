package dev.microphone.loadtest;

import dev.microphone.loadtest.report.Report;

/** One thing that is measured, with what it is compared with in the same run. */
public interface Benchmark {
    /** The word that chooses it on the command line. */
    String name();

    /** What it measures and how, one line. */
    String description();

    /** Measures and prints; takes at most about a minute. */
    void run(Report report) throws Exception;
}
