package dev.microphone.standalone.control;

import dev.microphone.router.http.HttpAnswer;
import dev.microphone.router.http.Json;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.Gap;
import dev.microphone.standalone.plugin.EventText;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** The last events, for {@code /api/events}; without gaps, which a bad network makes by the hundred. Any thread. */
public final class EventLog implements Consumer<ControlMessage> {
    /** A day of what people do, or the failures of some hundred streams in a bad minute. */
    static final int CAPACITY = 1_000;

    private record Entry(long id, Instant time, String kind, String text) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId = 1;

    @Override
    public synchronized void accept(ControlMessage message) {
        if (message.event() instanceof Gap || message.event() instanceof AgentStatus) {
            return;
        }
        if (entries.size() == CAPACITY) {
            entries.removeFirst();
        }
        Instant time = Instant.EPOCH.plusNanos(message.timeNs());
        String kind = message.event().getClass().getSimpleName();
        entries.addLast(new Entry(nextId++, time, kind, EventText.of(message.event())));
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
