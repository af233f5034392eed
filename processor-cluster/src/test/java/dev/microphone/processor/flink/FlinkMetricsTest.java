package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.transport.metrics.Metrics;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Which counters show where. */
final class FlinkMetricsTest {
    private static final String FIRST = "counted_total";

    private final Metrics metrics = new Metrics();
    private final FlinkMetrics shown = new FlinkMetrics(metrics);

    /** Keeps the gauges of a task; one that comes twice is an error. */
    private static final class Group extends UnregisteredMetricsGroup {
        private final String scope;
        private final Map<String, Gauge<?>> gauges;

        Group() {
            this("", new TreeMap<>());
        }

        private Group(String scope, Map<String, Gauge<?>> gauges) {
            this.scope = scope;
            this.gauges = gauges;
        }

        @Override
        public MetricGroup addGroup(String key, String value) {
            return new Group(scope + key + "=" + value + " ", gauges);
        }

        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
            if (gauges.put(scope + name, gauge) != null) {
                throw new AssertionError(scope + name + " comes twice");
            }
            return gauge;
        }

        private Map<String, Object> values() {
            Map<String, Object> values = new TreeMap<>();
            gauges.forEach((name, gauge) -> values.put(name, gauge.getValue()));
            return values;
        }
    }

    @Test
    void shouldShowEachCounterOnceWithItsLabelsAndItsValueNow() {
        metrics.counter(FIRST, "stage", "processor", "reason", "late").getAndAdd(3);
        Group group = new Group();
        shown.add(group);
        shown.doWork();
        metrics.counter(FIRST, "stage", "processor", "reason", "late").getAndAdd(4);
        assertEquals(Map.of("stage=processor reason=late " + FIRST, 7L), group.values());
    }

    @Test
    void shouldShowWhatIsNew() {
        Group group = new Group();
        shown.add(group);
        metrics.gauge("filling").set(5);
        metrics.histogram("took_ms").record(2_000_000);
        assertEquals(Map.of(), group.values());
        assertEquals(2, shown.doWork());
        assertEquals(0, shown.doWork());
        assertEquals(
                Map.of("filling", 5L, "took_ms_count", 1L, "quantile=0.5 took_ms", 2.0, "quantile=0.99 took_ms", 2.0),
                group.values());
    }

    @Test
    void shouldShowThemInOneTaskAndInAnotherWhenThatEnds() {
        Group first = new Group();
        Group second = new Group();
        metrics.counter(FIRST);
        shown.add(first);
        shown.add(second);
        assertEquals(Map.of(FIRST, 0L), first.values());
        assertEquals(Map.of(), second.values());
        shown.remove(first);
        assertEquals(Map.of(FIRST, 0L), second.values());
        shown.remove(second);
        metrics.counter("another");
        shown.doWork();
        assertEquals(Map.of(FIRST, 0L), second.values());
    }
}
