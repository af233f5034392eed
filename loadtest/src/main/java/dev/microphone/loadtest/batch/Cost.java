package dev.microphone.loadtest.batch;

/** What a run took: by the wall clock, and of all processors. */
record Cost(double wallSeconds, double cpuSeconds) {}
