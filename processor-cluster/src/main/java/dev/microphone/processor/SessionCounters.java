package dev.microphone.processor;

import dev.microphone.transport.metrics.DurationHistogram;
import dev.microphone.transport.metrics.Metrics;
import org.agrona.concurrent.status.AtomicCounter;

/** What one processor counts over all of its streams. Written by its thread. */
final class SessionCounters {
    private static final String STAGE = "processor";

    final AtomicCounter processed;
    final DurationHistogram processingDuration;
    final AtomicCounter gaps;
    final AtomicCounter missingFrames;
    final AtomicCounter duplicates;
    final AtomicCounter lateFrames;
    final AtomicCounter sealedFrames;
    final AtomicCounter sessionLimitDrops;
    final AtomicCounter backPressured;
    final AtomicCounter activeSessions;
    final AtomicCounter referenceFrames;
    final AtomicCounter duplicateReferences;
    final AtomicCounter missingReferenceSamples;
    final AtomicCounter referenceRealignments;

    /** @param processor tells several in one process apart */
    SessionCounters(Metrics metrics, String processor) {
        processed = metrics.counter("microphone_frames_processed_total", "stage", STAGE, "processor", processor);
        processingDuration = StreamSession.processingDuration(metrics, processor);
        gaps = metrics.counter("microphone_gaps_total", "stage", STAGE, "processor", processor);
        missingFrames = metrics.counter("microphone_frames_missing_total", "stage", STAGE, "processor", processor);
        duplicates = dropped(metrics, processor, "duplicate");
        sessionLimitDrops = dropped(metrics, processor, "session_limit");
        lateFrames = metrics.counter(
                "microphone_frames_unprocessed_total", "stage", STAGE, "processor", processor, "reason", "late");
        sealedFrames = metrics.counter(
                "microphone_frame_faults_total", "stage", STAGE, "processor", processor, "reason", "sealed");
        backPressured = metrics.counter("microphone_back_pressure_total", "stage", STAGE, "processor", processor);
        activeSessions = metrics.gauge("microphone_sessions", "stage", STAGE, "processor", processor);
        referenceFrames = metrics.counter("microphone_reference_frames_total", "stage", STAGE, "processor", processor);
        duplicateReferences = dropped(metrics, processor, "duplicate_reference");
        missingReferenceSamples =
                metrics.counter("microphone_reference_samples_missing_total", "stage", STAGE, "processor", processor);
        referenceRealignments =
                metrics.counter("microphone_reference_realignments_total", "stage", STAGE, "processor", processor);
    }

    private static AtomicCounter dropped(Metrics metrics, String processor, String reason) {
        return metrics.counter(
                "microphone_frames_dropped_total", "stage", STAGE, "processor", processor, "reason", reason);
    }
}
