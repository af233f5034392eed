package dev.microphone.schemas.bus;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.event.ControlMessage;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bus of one process. Records go through the same bytes as with Kafka, so that what works here works there. It keeps
 * the newest {@value MemoryTopic#MAX_RECORDS} messages, and the latest of each node and each desired entity.
 */
public final class InMemoryControlBus implements ControlBus {
    private final EventCodec codec = new EventCodec();
    private final BusReports reports;
    private final Set<EventReader> readers = ConcurrentHashMap.newKeySet();
    private final MemoryTopic events;
    private final MemoryTopic nodes;
    private final MemoryTopic desired;
    private final DesiredView view;
    private volatile boolean closed;

    public InMemoryControlBus(BusReports reports) {
        this(
                reports,
                new MemoryTopic(false, MemoryTopic.MAX_RECORDS),
                new MemoryTopic(true, 0),
                new MemoryTopic(true, 0));
    }

    InMemoryControlBus(BusReports reports, MemoryTopic events, MemoryTopic nodes, MemoryTopic desired) {
        this.reports = reports;
        this.events = events;
        this.nodes = nodes;
        this.desired = desired;
        this.view = new DesiredView(desired.feed(Since.OLDEST_KEPT, reports), codec, this::write, reports).start();
    }

    @Override
    public void publish(ControlMessage message) {
        append(events, message.event().key(), message);
    }

    @Override
    public void announce(String nodeKey, ControlMessage message) {
        append(nodes, nodeKey, message);
    }

    private void append(MemoryTopic topic, String key, ControlMessage message) {
        byte[] value = RecordLimits.encoded(message, codec, reports);
        if (value == null) {
            return;
        }
        if (closed) {
            reports.count(BusCount.DROPPED_AT_CLOSE);
            return;
        }
        topic.append(key, value);
        reports.count(BusCount.SENT);
    }

    private CompletableFuture<Long> write(String id, byte @Nullable [] value) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the control bus is closed"));
        }
        long offset = desired.append(id, value);
        reports.count(BusCount.SENT);
        return CompletableFuture.completedFuture(offset);
    }

    @Override
    public Subscription subscribe(Since since, Consumer<ControlMessage> subscriber) {
        return read(events.feed(since, reports), subscriber);
    }

    @Override
    public Subscription subscribeToAnnouncements(Consumer<ControlMessage> subscriber) {
        return read(nodes.feed(Since.OLDEST_KEPT, reports), subscriber);
    }

    private Subscription read(Feed feed, Consumer<ControlMessage> subscriber) {
        EventReader reader = new EventReader(feed, codec, subscriber, reports, readers::remove);
        readers.add(reader);
        return reader.start();
    }

    @Override
    public DesiredState desired() {
        return view;
    }

    @Override
    public void close() {
        closed = true;
        readers.forEach(EventReader::close);
        view.close();
    }
}
