package dev.microphone.edge.agent;

import dev.microphone.edge.dsp.Normaliser;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What one lane counts. Written by the agent's thread.
 *
 * <p>{@code microphone_ring_buffer_utilization} is in percent, 0 to 100.
 */
final class LaneCounters {
    private static final String STAGE = "normalise";

    private final AtomicCounter frames;
    private final AtomicCounter dropped;
    private final AtomicCounter invalidSamples;
    private final AtomicCounter clippedSamples;
    private final AtomicCounter queueUtilisation;
    private final AtomicCounter backlogUtilisation;
    private final DurationHistogram durations;
    private long invalidSeen;
    private long clippedSeen;
    private long sinceLastFrameNs;

    LaneCounters(StreamName stream, SignalRole role, Metrics metrics) {
        String stage = role.stage(STAGE);
        String[] labels = {"stage", stage, "stream", stream.value()};
        frames = metrics.counter("microphone_frames_processed_total", labels);
        dropped = metrics.counter(
                "microphone_frames_dropped_total", "stage", stage, "reason", "backlog_full", "stream", stream.value());
        invalidSamples = metrics.counter("microphone_samples_invalid_total", labels);
        clippedSamples = metrics.counter("microphone_samples_clipped_total", labels);
        queueUtilisation = metrics.gauge(
                "microphone_ring_buffer_utilization", "stage", role.stage("capture"), "stream", stream.value());
        backlogUtilisation = metrics.gauge(
                "microphone_ring_buffer_utilization", "stage", role.stage("backlog"), "stream", stream.value());
        // One for all lanes: they share a thread.
        durations = metrics.histogram("microphone_frame_processing_duration_ms", "stage", STAGE);
    }

    /** @param durationNs of normalising the chunk and handing on what came of it */
    void onChunk(long durationNs, long framesMade, Normaliser normaliser) {
        sinceLastFrameNs += durationNs;
        if (framesMade > 0) {
            frames.getAndAddRelease(framesMade);
            durations.record(sinceLastFrameNs / framesMade);
            sinceLastFrameNs = 0;
        }
        if (normaliser.invalidSamples() > invalidSeen) {
            invalidSamples.getAndAddRelease(normaliser.invalidSamples() - invalidSeen);
            invalidSeen = normaliser.invalidSamples();
        }
        if (normaliser.clippedSamples() > clippedSeen) {
            clippedSamples.getAndAddRelease(normaliser.clippedSamples() - clippedSeen);
            clippedSeen = normaliser.clippedSamples();
        }
    }

    void onDropped(int count) {
        dropped.getAndAddRelease(count);
    }

    void queueUtilisation(int percent) {
        queueUtilisation.setRelease(percent);
    }

    void backlogUtilisation(int percent) {
        backlogUtilisation.setRelease(percent);
    }
}
