package dev.microphone.standalone.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {
    private static final String STREAM = "local/home/desk/mic";

    private static Metrics metrics() {
        Metrics metrics = new Metrics();
        metrics.counter("microphone_frames_processed_total", "stage", "processor", "stream", STREAM)
                .setRelease(50);
        metrics.counter("microphone_frames_dropped_total", "stage", "router", "reason", "queue_full")
                .setRelease(3);
        metrics.counter("microphone_frames_dropped_total", "stage", "capture", "reason", "queue_full")
                .setRelease(0);
        metrics.counter("microphone_plugin_errors_total", "plugin", "rnnoise").setRelease(1);
        metrics.gauge("microphone_ring_buffer_utilization", "stage", "sink").setRelease(25);
        DurationHistogram histogram =
                metrics.histogram("microphone_frame_processing_duration_ms", "stage", "processor");
        histogram.record(400_000);
        histogram.record(600_000);
        histogram.record(30_000_000);
        return metrics;
    }

    private static String text(Metrics metrics) {
        try (PrometheusText text = new PrometheusText(metrics, () -> 1_000_000_000L)) {
            return text.get();
        }
    }

    private static void assertLine(String text, String line) {
        assertTrue(text.lines().toList().contains(line), () -> "no line '" + line + "' in\n" + text);
    }

    @Test
    void shouldShowTheFourNamesThatUsersKnowExactlyOnce() {
        String text = text(metrics());

        assertLine(text, "# TYPE microphone_frames_processed_total counter");
        assertLine(text, "# TYPE microphone_frame_processing_duration_ms histogram");
        assertLine(text, "# TYPE microphone_ring_buffer_utilization gauge");
        assertLine(text, "# TYPE microphone_plugin_errors_total counter");
        assertLine(text, "microphone_frames_processed_total{stage=\"processor\",stream=\"" + STREAM + "\"} 50.0");
        assertLine(text, "microphone_plugin_errors_total{plugin=\"rnnoise\"} 1.0");
        assertLine(text, "microphone_ring_buffer_utilization{stage=\"sink\"} 25.0");
    }

    @Test
    void shouldKeepOneFamilyForAllLabelsOfACounter() {
        String text = text(metrics());

        assertLine(text, "microphone_frames_dropped_total{reason=\"queue_full\",stage=\"router\"} 3.0");
        assertLine(text, "microphone_frames_dropped_total{reason=\"queue_full\",stage=\"capture\"} 0.0");
        assertEquals(
                List.of("# TYPE microphone_frames_dropped_total counter"),
                text.lines()
                        .filter(line -> line.startsWith("# TYPE microphone_frames_dropped"))
                        .toList());
    }

    @Test
    void shouldFillTheBucketsOfADurationCumulatively() {
        String text = text(metrics());
        String bucket = "microphone_frame_processing_duration_ms_bucket{stage=\"processor\",le=";

        assertLine(text, bucket + "\"0.2\"} 0");
        assertLine(text, bucket + "\"0.5\"} 1");
        assertLine(text, bucket + "\"1.0\"} 2");
        assertLine(text, bucket + "\"20.0\"} 2");
        assertLine(text, bucket + "\"50.0\"} 3");
        assertLine(text, bucket + "\"+Inf\"} 3");
        assertLine(text, "microphone_frame_processing_duration_ms_count{stage=\"processor\"} 3");
        assertLine(text, "microphone_frame_processing_duration_ms_sum{stage=\"processor\"} 31.0");
    }

    @Test
    void shouldFollowTheCountersFromOneReadingToTheNext() {
        Metrics metrics = metrics();
        try (PrometheusText text = new PrometheusText(metrics, () -> 1_000_000_000L)) {
            text.get();
            metrics.counter("microphone_plugin_errors_total", "plugin", "rnnoise")
                    .increment();

            assertLine(text.get(), "microphone_plugin_errors_total{plugin=\"rnnoise\"} 2.0");
        }
    }

    @Test
    void shouldPassThePrometheusProjectsOwnCheck() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "needs promtool (Debian package prometheus)");
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = promtool.getOutputStream()) {
            in.write(text(metrics()).getBytes(StandardCharsets.UTF_8));
        }
        String findings = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        int exitCode = promtool.waitFor();

        // Exit code 1: not readable. 3: readable, with advice; the one it has is our unit in the name, ms not seconds.
        assertTrue(exitCode == 0 || exitCode == 3, findings);
        assertEquals(
                List.of(),
                findings.lines()
                        .filter(line -> !line.contains("microphone_frame_processing_duration_ms"))
                        .toList());
    }
}
