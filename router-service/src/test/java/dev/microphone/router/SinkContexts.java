package dev.microphone.router;

import dev.microphone.router.http.HttpRoutes;
import dev.microphone.router.sink.SinkContext;
import dev.microphone.router.stream.Streams;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/** What a sink under test may use, and what it said and counted. */
public final class SinkContexts {
    public static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

    public final Metrics metrics = new Metrics();
    public final HttpRoutes http = new HttpRoutes();
    public final StreamDirectory names = new StreamDirectory();
    public final List<ControlEvent> events = new ArrayList<>();
    public final List<String> messages = new ArrayList<>();
    private final NanoClock clock = () -> 0;
    public final Streams streams = new Streams(names, clock);

    public SinkContext context(String label) {
        return new SinkContext(label, streams, metrics, events::add, messages::add, http, () -> NOW);
    }

    /** A stream that the router has seen. */
    public long stream(String name) {
        StreamName streamName = new StreamName(name);
        names.add(streamName);
        if (streams.stateOf(streamName.streamId(), 0) == null) {
            throw new IllegalStateException("no room for " + name);
        }
        return streamName.streamId();
    }

    public long dropped(String label, String reason) {
        return metrics.counter("microphone_frames_dropped_total", "stage", "router", "sink", label, "reason", reason)
                .get();
    }
}
