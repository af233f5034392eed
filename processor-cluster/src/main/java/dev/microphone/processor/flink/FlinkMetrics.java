package dev.microphone.processor.flink;

import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.Agent;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows this process's counters in Flink's metrics, as gauges: {@code …{stage="…"}.microphone_frames_…}. They are the
 * process's, but Flink has metrics of tasks alone: one of the subtasks here shows them all, and another takes over when
 * that one ends. Counters that are new are found within a second, by a thread that is not a task's. Any thread.
 */
final class FlinkMetrics implements Agent {
    /** Between two looks for new counters. */
    static final long INTERVAL_MS = 1_000;

    private static final double[] QUANTILES = {0.5, 0.99};

    private final Metrics metrics;
    /** Of the tasks that run, the oldest first: that one shows the counters. Flink forgets a group when its task ends. */
    private final List<MetricGroup> groups = new ArrayList<>();

    private int shownEntries;
    private int shownHistograms;

    FlinkMetrics(Metrics metrics) {
        this.metrics = metrics;
    }

    /** A task begins. */
    synchronized void add(MetricGroup group) {
        groups.add(group);
        show();
    }

    /** And ends. */
    synchronized void remove(MetricGroup group) {
        if (groups.indexOf(group) == 0) {
            shownEntries = 0;
            shownHistograms = 0;
        }
        groups.remove(group);
        show();
    }

    @Override
    public int doWork() {
        return show();
    }

    private synchronized int show() {
        if (groups.isEmpty()) {
            return 0;
        }
        MetricGroup group = groups.get(0);
        List<Metrics.Entry> entries = metrics.entries();
        List<Metrics.HistogramEntry> histograms = metrics.histograms();
        int newEntries = entries.size() - shownEntries + histograms.size() - shownHistograms;
        for (Metrics.Entry entry : entries.subList(shownEntries, entries.size())) {
            Gauge<Long> value = entry.counter()::get;
            labelled(group, entry.labels()).gauge(entry.name(), value);
        }
        for (Metrics.HistogramEntry entry : histograms.subList(shownHistograms, histograms.size())) {
            show(labelled(group, entry.labels()), entry.name(), entry.histogram());
        }
        shownEntries = entries.size();
        shownHistograms = histograms.size();
        return newEntries;
    }

    private static void show(MetricGroup group, String name, DurationHistogram histogram) {
        Gauge<Long> count = histogram::count;
        group.gauge(name + "_count", count);
        for (double quantile : QUANTILES) {
            Gauge<Double> milliseconds = () -> histogram.quantileNs(quantile) / 1e6;
            group.addGroup("quantile", String.valueOf(quantile)).gauge(name, milliseconds);
        }
    }

    private static MetricGroup labelled(MetricGroup group, Map<String, String> labels) {
        MetricGroup labelled = group;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            labelled = labelled.addGroup(label.getKey(), label.getValue());
        }
        return labelled;
    }

    @Override
    public String roleName() {
        return "flink-metrics";
    }
}
