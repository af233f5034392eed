package dev.microphone.loadtest.report;

import java.util.Arrays;

/** The median of repetitions: one disturbed repetition does not move it. */
public final class Medians {
    private Medians() {}

    public static double median(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the median of no values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
