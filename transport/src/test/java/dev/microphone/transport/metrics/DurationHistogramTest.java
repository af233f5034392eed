package dev.microphone.transport.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DurationHistogramTest {
    private final DurationHistogram histogram = new DurationHistogram();

    @Test
    void shouldGiveQuantilesWithinNinePercentOfTheSortedValues() {
        Random random = new Random(1);
        long[] values = new long[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(Math.log(2_000) + random.nextDouble() * Math.log(100_000));
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (double quantile : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
            double exact = values[(int) Math.ceil(quantile * values.length) - 1];
            double ratio = histogram.quantileNs(quantile) / exact;
            assertTrue(ratio >= 0.999 && ratio <= 1.095, "quantile " + quantile + " off by " + ratio);
        }
        assertEquals(Arrays.stream(values).sum(), histogram.sumNs());
        assertEquals(values.length, histogram.count());
        assertEquals(values[values.length - 1], histogram.maxNs());
    }

    @Test
    void shouldSayZeroWhenNothingWasRecorded() {
        assertEquals(0, histogram.quantileNs(0.5));
        assertEquals(0, histogram.count());
    }

    @Test
    void shouldKeepWhatIsLongerThanItsLongestBucket() {
        histogram.record(Long.MAX_VALUE / 2);

        assertEquals(1, histogram.count());
        assertEquals(Long.MAX_VALUE / 2, histogram.quantileNs(1));
    }
}
