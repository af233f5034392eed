package dev.microphone.schemas.bus;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.event.ControlMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bus over Kafka. It opens at once, whether a broker is there or not: messages wait in a bounded buffer, the topics
 * are made as soon as somebody answers, and an outage ends by itself.
 */
public final class KafkaControlBus implements ControlBus {
    private final EventCodec codec = new EventCodec();
    private final KafkaBusSettings settings;
    private final KafkaClients clients;
    private final BusReports reports;
    private final KafkaSender sender;
    private final Set<EventReader> readers = ConcurrentHashMap.newKeySet();
    /** Made when somebody asks for it: most processes do not. Guarded by this. */
    private @Nullable DesiredView view;

    public KafkaControlBus(KafkaBusSettings settings, BusReports reports) {
        this.settings = settings;
        this.clients = new KafkaClients(settings);
        this.reports = reports;
        this.sender = new KafkaSender(settings, clients, reports).start();
    }

    @Override
    public void publish(ControlMessage message) {
        byte[] value = RecordLimits.encoded(message, codec, reports);
        if (value != null) {
            sender.sendEvent(message.event().key(), value);
        }
    }

    /** Events that the broker does not have yet. */
    public int waiting() {
        return sender.waiting();
    }

    @Override
    public Subscription subscribe(Since since, Consumer<ControlMessage> subscriber) {
        return read(new KafkaFeed(clients, settings.eventsTopic(), since), subscriber);
    }

    @Override
    public void announce(String nodeKey, ControlMessage message) {
        byte[] value = RecordLimits.encoded(message, codec, reports);
        if (value != null) {
            sender.sendAnnouncement(nodeKey, value);
        }
    }

    @Override
    public Subscription subscribeToAnnouncements(Consumer<ControlMessage> subscriber) {
        return read(new KafkaFeed(clients, settings.nodesTopic(), Since.OLDEST_KEPT), subscriber);
    }

    private Subscription read(KafkaFeed feed, Consumer<ControlMessage> subscriber) {
        EventReader reader = new EventReader(feed, codec, subscriber, reports, readers::remove);
        readers.add(reader);
        return reader.start();
    }

    @Override
    public synchronized DesiredState desired() {
        DesiredView current = view;
        if (current == null) {
            KafkaFeed feed = new KafkaFeed(clients, settings.desiredTopic(), Since.OLDEST_KEPT);
            current = new DesiredView(feed, codec, sender::sendChange, reports).start();
            view = current;
        }
        return current;
    }

    @Override
    public void close() {
        sender.close();
        readers.forEach(EventReader::close);
        synchronized (this) {
            if (view != null) {
                view.close();
            }
        }
    }
}
