package dev.microphone.standalone.demo;

import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import java.util.Objects;

/**
 * What the system counted during the demo.
 *
 * @param captured frames that left the capture side
 * @param delivered frames that reached the router
 * @param lost frames dropped, faulty or missing, wherever; 0 when all is well
 * @param heard frames that the listener heard
 * @param heardMissing frames that the listener missed in between
 */
record DemoResult(
        long captured,
        long delivered,
        long lost,
        long pluginErrors,
        double processingP50Ms,
        double processingP99Ms,
        double latencyP50Ms,
        double latencyP99Ms,
        long heard,
        long heardMissing) {
    private static final double NS_PER_MS = 1e6;

    static DemoResult of(Metrics metrics, Listener listener) {
        DurationHistogram processing = histogram(metrics, "microphone_frame_processing_duration_ms", "processor");
        DurationHistogram latency = histogram(metrics, "microphone_delivery_latency_ms", "router");
        long lost = metrics.sum("microphone_frames_dropped_total")
                + metrics.sum("microphone_frame_faults_total")
                + metrics.sum("microphone_frames_missing_total")
                + metrics.sum("microphone_samples_dropped_total");
        return new DemoResult(
                metrics.counter("microphone_frames_published_total", "stage", "capture")
                        .get(),
                metrics.counter("microphone_frames_received_total", "stage", "router")
                        .get(),
                lost,
                metrics.sum("microphone_plugin_errors_total"),
                processing.quantileNs(0.5) / NS_PER_MS,
                processing.quantileNs(0.99) / NS_PER_MS,
                latency.quantileNs(0.5) / NS_PER_MS,
                latency.quantileNs(0.99) / NS_PER_MS,
                listener.heardSound() ? listener.frames() : 0,
                listener.missing());
    }

    private static DurationHistogram histogram(Metrics metrics, String name, String stage) {
        return metrics.histograms().stream()
                .filter(entry -> entry.name().equals(name)
                        && Objects.equals(entry.labels().get("stage"), stage))
                .map(Metrics.HistogramEntry::histogram)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody measures " + name + " of stage " + stage));
    }
}
