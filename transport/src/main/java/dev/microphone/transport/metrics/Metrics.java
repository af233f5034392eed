package dev.microphone.transport.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * One process's counters, gauges and duration histograms, by name and labels.
 *
 * <p>Asking for one again gives the same one. Creating is for set-up and locks; counting is wait-free and allocates
 * nothing. A counter with one writing thread uses {@code incrementRelease()}, one with several uses
 * {@code increment()}.
 */
public final class Metrics {
    /** Enough for about 1,000 streams with a dozen counters each. */
    public static final int MAX_COUNTERS = 16_384;

    /** What a counter's value means. */
    public enum Kind {
        /** Only ever grows. */
        COUNTER,
        /** Goes up and down. */
        GAUGE
    }

    /** A counter or gauge with its identity. */
    public record Entry(Kind kind, String name, Map<String, String> labels, AtomicCounter counter) {}

    /** A histogram with its identity. */
    public record HistogramEntry(String name, Map<String, String> labels, DurationHistogram histogram) {}

    private final CountersManager counters = new CountersManager(
            new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_COUNTERS * CountersReader.METADATA_LENGTH)),
            new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_COUNTERS * CountersReader.COUNTER_LENGTH)),
            StandardCharsets.UTF_8);
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, HistogramEntry> histograms = new LinkedHashMap<>();

    /** A counter, named as Prometheus names them ({@code microphone_…_total}). */
    public AtomicCounter counter(String name, String... labelKeysAndValues) {
        return entry(Kind.COUNTER, name, labelKeysAndValues).counter();
    }

    public AtomicCounter gauge(String name, String... labelKeysAndValues) {
        return entry(Kind.GAUGE, name, labelKeysAndValues).counter();
    }

    /** A histogram of durations; one thread records into it. */
    public synchronized DurationHistogram histogram(String name, String... labelKeysAndValues) {
        Map<String, String> labels = labels(labelKeysAndValues);
        return histograms
                .computeIfAbsent(name + labels, key -> new HistogramEntry(name, labels, new DurationHistogram()))
                .histogram();
    }

    /** All counters and gauges, in the order in which they were made. */
    public synchronized List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    public synchronized List<HistogramEntry> histograms() {
        return new ArrayList<>(histograms.values());
    }

    /** The sum over all counters of that name whatever their labels. */
    public synchronized long sum(String name) {
        return entries.values().stream()
                .filter(entry -> entry.name().equals(name))
                .mapToLong(entry -> entry.counter().get())
                .sum();
    }

    private synchronized Entry entry(Kind kind, String name, String... labelKeysAndValues) {
        Map<String, String> labels = labels(labelKeysAndValues);
        return entries.computeIfAbsent(
                name + labels, key -> new Entry(kind, name, labels, counters.newCounter(clip(key))));
    }

    private static Map<String, String> labels(String... keysAndValues) {
        if (keysAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(keysAndValues.length + " label words: keys and values come in pairs");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            labels.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return labels;
    }

    private static String clip(String label) {
        return label.length() <= CountersReader.MAX_LABEL_LENGTH / 4
                ? label
                : label.substring(0, CountersReader.MAX_LABEL_LENGTH / 4);
    }
}
