package dev.microphone.standalone.telemetry;

import dev.microphone.transport.metrics.Metrics;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The answer to {@code /metrics}: all metrics of the process, collected by OpenTelemetry, in Prometheus' text format.
 * Any thread.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition formats</a>
 */
public final class PrometheusText implements Supplier<String>, AutoCloseable {
    /** What {@link #get} returns, for the Content-Type header. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMetricReader reader = PrometheusMetricReader.builder()
            .setOtelScopeLabelsEnabled(false)
            .setTargetInfoMetricEnabled(false)
            .build();
    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final SdkMeterProvider provider;

    public PrometheusText(Metrics metrics) {
        this(metrics, PrometheusText::epochNanos);
    }

    PrometheusText(Metrics metrics, LongSupplier epochNanos) {
        provider = SdkMeterProvider.builder()
                .registerMetricReader(reader)
                .registerMetricProducer(new MetricsProducer(metrics, epochNanos))
                .build();
    }

    private static long epochNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public String get() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, reader.collect());
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        provider.close();
    }
}
