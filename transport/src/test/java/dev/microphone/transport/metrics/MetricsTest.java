package dev.microphone.transport.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void shouldGiveTheSameCounterForTheSameNameAndLabels() {
        assertSame(metrics.counter("a_total", "stage", "x"), metrics.counter("a_total", "stage", "x"));
        assertNotSame(metrics.counter("a_total", "stage", "x"), metrics.counter("a_total", "stage", "y"));
        assertSame(metrics.histogram("d"), metrics.histogram("d"));
    }

    @Test
    void shouldListWhatWasCountedWithItsLabels() {
        metrics.counter("a_total", "stage", "x").increment();
        metrics.counter("a_total", "stage", "y").getAndAdd(4);
        metrics.gauge("g").setRelease(9);

        assertEquals(5, metrics.sum("a_total"));
        assertEquals(Map.of("stage", "x"), metrics.entries().get(0).labels());
        assertEquals(Metrics.Kind.GAUGE, metrics.entries().get(2).kind());
    }

    @Test
    void shouldRefuseAKeyWithoutAValue() {
        assertThrows(IllegalArgumentException.class, () -> metrics.counter("a_total", "stage"));
    }
}
