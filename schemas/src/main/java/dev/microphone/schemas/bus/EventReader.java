package dev.microphone.schemas.bus;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.avro.UnreadableRecordException;
import dev.microphone.schemas.event.ControlMessage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One subscription: decodes what its feed gives, and tells the subscriber. */
final class EventReader implements Subscription {
    private final EventCodec codec;
    private final Consumer<ControlMessage> subscriber;
    private final BusReports reports;
    private final Consumer<EventReader> whenClosed;
    private final FeedThread thread;

    EventReader(
            Feed feed,
            EventCodec codec,
            Consumer<ControlMessage> subscriber,
            BusReports reports,
            Consumer<EventReader> whenClosed) {
        this.codec = codec;
        this.subscriber = subscriber;
        this.reports = reports;
        this.whenClosed = whenClosed;
        this.thread = new FeedThread("control-bus-subscriber", feed, this::onRecord, () -> {}, reports);
    }

    EventReader start() {
        thread.start();
        return this;
    }

    private void onRecord(RawRecord record) {
        byte[] value = record.value();
        if (value == null) {
            reports.count(BusCount.BROKEN);
            return;
        }
        ControlMessage message;
        try {
            message = codec.decodeMessage(value);
        } catch (UnreadableRecordException e) {
            reports.count(countOf(e));
            return;
        }
        reports.count(BusCount.DELIVERED);
        subscriber.accept(message);
    }

    static BusCount countOf(UnreadableRecordException e) {
        return switch (e.reason()) {
            case UNKNOWN_SCHEMA -> BusCount.UNKNOWN_SCHEMA;
            case BROKEN -> BusCount.BROKEN;
        };
    }

    @Override
    public CompletableFuture<Void> started() {
        return thread.started();
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return thread.caughtUp();
    }

    @Override
    public void close() {
        whenClosed.accept(this);
        thread.close();
    }
}
