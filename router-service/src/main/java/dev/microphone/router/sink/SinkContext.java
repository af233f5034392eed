package dev.microphone.router.sink;

import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.stream.Streams;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.metrics.Metrics;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What a sink may use.
 *
 * @param label the sink's URI, the value of the label {@code sink} of its counters
 * @param streams the streams that pass the router, by id and name
 * @param metrics where it counts
 * @param events told when a sink has stopped
 * @param messages takes one line for the user: what happened, with the values found; any thread
 * @param http where it registers endpoints
 * @param wallClock the time of day, for file names
 */
public record SinkContext(
        String label,
        Streams streams,
        Metrics metrics,
        ControlEventListener events,
        Consumer<String> messages,
        HttpRoutes http,
        InstantSource wallClock) {
    /** The counter of frames that this sink drops for that reason. */
    public AtomicCounter dropped(String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "router", "sink", label, "reason", reason);
    }
}
