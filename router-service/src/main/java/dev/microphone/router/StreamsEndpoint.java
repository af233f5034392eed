package dev.microphone.router;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.microphone.router.http.HttpAnswer;
import dev.microphone.router.http.HttpEndpoint;
import dev.microphone.router.http.Json;
import dev.microphone.router.sink.SinkWorker;
import dev.microphone.router.stream.StreamStatus;
import dev.microphone.router.stream.Streams;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code /api/streams}: every stream with its counters and level, every sink with what is wrong with it. */
final class StreamsEndpoint implements HttpEndpoint {
    private final Streams streams;
    private final List<SinkWorker> sinks;

    StreamsEndpoint(Streams streams, List<SinkWorker> sinks) {
        this.streams = streams;
        this.sinks = sinks;
    }

    @Override
    public HttpAnswer get() {
        return HttpAnswer.json(200, Json.write(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("streams");
            for (StreamStatus status : streams.statuses()) {
                write(json, status);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("sinks");
            for (SinkWorker sink : sinks) {
                json.writeStartObject();
                json.writeStringField("sink", sink.label());
                json.writeStringField("fault", sink.fault());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }

    private static void write(JsonGenerator json, StreamStatus status) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", status.name());
        json.writeStringField("id", status.id());
        json.writeBooleanField("live", status.isLive());
        json.writeBooleanField("ended", status.hasEnded());
        json.writeNumberField("epoch", status.epoch());
        json.writeNumberField("sequence", status.sequence());
        json.writeNumberField("frames", status.frames());
        json.writeNumberField("frameMillis", status.frameMillis());
        json.writeNumberField("duplicates", status.duplicates());
        json.writeNumberField("late", status.late());
        json.writeNumberField("gaps", status.gaps());
        json.writeNumberField("missing", status.missing());
        json.writeNumberField("peakDbfs", tenths(status.peakDbfs()));
        json.writeNumberField("rmsDbfs", tenths(status.rmsDbfs()));
        if (status.latencyMs().isPresent()) {
            json.writeNumberField("latencyMs", tenths(status.latencyMs().getAsDouble()));
        } else {
            json.writeNullField("latencyMs");
        }
        json.writeStringField("clock", status.clockQuality().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("listeners", status.listeners());
        json.writeNumberField("listenerDrops", status.listenerDrops());
        json.writeEndObject();
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
