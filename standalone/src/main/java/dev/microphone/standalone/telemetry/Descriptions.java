package dev.microphone.standalone.telemetry;

import java.util.Map;

/** What each metric means, in a sentence for the person who reads a dashboard. */
final class Descriptions {
    private static final Map<String, String> BY_NAME = Map.ofEntries(
            Map.entry("microphone_frames_processed_total", "Frames that passed their chain."),
            Map.entry("microphone_frame_processing_duration_ms", "Time a frame spent in its chain, milliseconds."),
            Map.entry("microphone_ring_buffer_utilization", "Fill of a bounded queue, per cent of its capacity."),
            Map.entry("microphone_plugin_errors_total", "Frames that a plugin failed on; they passed unprocessed."),
            Map.entry(
                    "microphone_plugin_suspensions_total",
                    "Times a version was left out of all streams, as it timed out on several."),
            Map.entry(
                    "microphone_plugin_snapshots_missed_total",
                    "Snapshots of a plugin's state for which there was no memory."),
            Map.entry("microphone_frames_published_total", "Frames handed to Aeron."),
            Map.entry("microphone_frames_received_total", "Frames taken from Aeron and found whole."),
            Map.entry("microphone_publish_refused_total", "Offers to Aeron that were refused and are made again."),
            Map.entry("microphone_frames_dropped_total", "Frames that were lost, and why."),
            Map.entry("microphone_frame_faults_total", "Messages that are not a frame, and why."),
            Map.entry("microphone_gaps_total", "Jumps in a stream's sequence."),
            Map.entry("microphone_missing_frames_total", "Frames that gaps in the sequence name."),
            Map.entry("microphone_duplicates_total", "Frames that arrived twice and were dropped."),
            Map.entry("microphone_reference_frames_total", "Frames of far ends, for echo cancellation."),
            Map.entry(
                    "microphone_reference_samples_missing_total",
                    "Samples of a far end that were not there when its near end came; silence took their place."),
            Map.entry("microphone_reference_realignments_total", "Times a far end jumped to its near end's time."),
            Map.entry("microphone_xruns_total", "Times a device lost samples because they were read too late."));

    private Descriptions() {}

    static String of(String name) {
        return BY_NAME.getOrDefault(name, "");
    }
}
