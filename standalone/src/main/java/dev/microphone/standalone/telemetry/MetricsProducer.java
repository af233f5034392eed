package dev.microphone.standalone.telemetry;

import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Hands the process's counters, gauges and histograms to OpenTelemetry when it collects. The data path counts into
 * plain memory and knows nothing of this. Any thread.
 */
final class MetricsProducer implements MetricProducer {
    /** Buckets of the duration histograms, ms: 2-5-10 steps around a plugin's 5 ms deadline. */
    private static final List<Double> BOUNDARIES_MS =
            List.of(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0);

    private static final double NS_PER_MS = 1e6;

    private final Metrics metrics;
    private final LongSupplier epochNanos;
    private final long startEpochNs;

    /** @param epochNanos now, ns since the Unix epoch */
    MetricsProducer(Metrics metrics, LongSupplier epochNanos) {
        this.metrics = metrics;
        this.epochNanos = epochNanos;
        startEpochNs = epochNanos.getAsLong();
    }

    @Override
    public Collection<MetricData> produce(Resource resource) {
        long nowEpochNs = epochNanos.getAsLong();
        Collection<MetricData> produced = new ArrayList<>();
        Map<String, List<LongPointData>> counters = new LinkedHashMap<>();
        Map<String, List<LongPointData>> gauges = new LinkedHashMap<>();
        for (Metrics.Entry entry : metrics.entries()) {
            Map<String, List<LongPointData>> kind = entry.kind() == Metrics.Kind.COUNTER ? counters : gauges;
            kind.computeIfAbsent(entry.name(), name -> new ArrayList<>())
                    .add(LongPointData.create(
                            startEpochNs,
                            nowEpochNs,
                            attributes(entry.labels()),
                            entry.counter().get()));
        }
        counters.forEach((name, points) -> produced.add(reading(
                resource,
                name,
                MetricDataType.LONG_SUM,
                SumData.createLongSumData(true, AggregationTemporality.CUMULATIVE, points))));
        gauges.forEach((name, points) -> produced.add(
                reading(resource, name, MetricDataType.LONG_GAUGE, GaugeData.createLongGaugeData(points))));
        Map<String, List<HistogramPointData>> histograms = new LinkedHashMap<>();
        for (Metrics.HistogramEntry entry : metrics.histograms()) {
            histograms
                    .computeIfAbsent(entry.name(), name -> new ArrayList<>())
                    .add(point(entry.histogram(), attributes(entry.labels()), nowEpochNs));
        }
        histograms.forEach((name, points) -> produced.add(reading(
                resource,
                name,
                MetricDataType.HISTOGRAM,
                HistogramData.create(AggregationTemporality.CUMULATIVE, points))));
        return produced;
    }

    private HistogramPointData point(DurationHistogram histogram, Attributes attributes, long nowEpochNs) {
        List<Long> counts = new ArrayList<>();
        long below = 0;
        for (double boundaryMs : BOUNDARIES_MS) {
            // The histogram goes on counting while it is read: never let a bucket go below zero.
            long atMost = Math.max(below, histogram.countAtMost(Math.round(boundaryMs * NS_PER_MS)));
            counts.add(atMost - below);
            below = atMost;
        }
        counts.add(Math.max(0, histogram.count() - below));
        double maxMs = histogram.maxNs() / NS_PER_MS;
        return HistogramPointData.create(
                startEpochNs,
                nowEpochNs,
                attributes,
                histogram.sumNs() / NS_PER_MS,
                false,
                0,
                true,
                maxMs,
                BOUNDARIES_MS,
                counts);
    }

    private static MetricData reading(Resource resource, String name, MetricDataType type, Data<?> data) {
        return new Reading(resource, name, Descriptions.of(name), type, data);
    }

    private static Attributes attributes(Map<String, String> labels) {
        AttributesBuilder attributes = Attributes.builder();
        labels.forEach(attributes::put);
        return attributes.build();
    }
}
