package dev.microphone.standalone.control;

import dev.microphone.processor.event.ControlEvent;
import dev.microphone.processor.event.ControlEventListener;
import dev.microphone.router.http.HttpAnswer;
import dev.microphone.router.http.Json;
import dev.microphone.standalone.plugin.EventText;
import dev.microphone.transport.frame.StreamDirectory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last events, for {@code /api/events}. Any thread. */
public final class EventLog implements ControlEventListener {
    /** A day of what people do, or the failures of some hundred streams in a bad minute. */
    static final int CAPACITY = 1_000;

    private record Entry(long id, Instant time, String kind, String text) {}

    private final StreamDirectory names;
    private final InstantSource clock;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId = 1;

    public EventLog(StreamDirectory names, InstantSource clock) {
        this.names = names;
        this.clock = clock;
    }

    @Override
    public synchronized void onEvent(ControlEvent event) {
        if (entries.size() == CAPACITY) {
            entries.removeFirst();
        }
        entries.addLast(
                new Entry(nextId++, clock.instant(), event.getClass().getSimpleName(), EventText.of(event, names)));
    }

    /** Newest last; ids have no gaps, so who polls sees what it has missed. */
    HttpAnswer answer() {
        List<Entry> now;
        synchronized (this) {
            now = List.copyOf(entries);
        }
        return HttpAnswer.json(200, Json.write(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("events");
            for (Entry entry : now) {
                json.writeStartObject();
                json.writeNumberField("id", entry.id);
                json.writeStringField("time", entry.time.toString());
                json.writeStringField("event", entry.kind);
                json.writeStringField("text", entry.text);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }));
    }
}
