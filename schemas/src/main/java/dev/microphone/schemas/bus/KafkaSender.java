package dev.microphone.schemas.bus;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends what its buffer holds, in order, on a thread of its own, which alone waits for the broker: at the start until it
 * is there and has the topics, later while it is away.
 */
final class KafkaSender implements AutoCloseable {
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long TAKE_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Where nothing waits, only a call to nobody can be in the way. */
    private static final Duration IDLE_CLOSE_TIMEOUT = Duration.ofMillis(200);

    private final KafkaBusSettings settings;
    private final KafkaClients clients;
    private final BusReports reports;
    private final SendBuffer buffer;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("control-bus-sender").unstarted(this::run);

    /** What has made the client useless; set on its own thread. */
    private volatile @Nullable Exception failure;

    private volatile boolean closing;
    private volatile long closeDeadlineNs;
    private final BrokerPresence presence;

    KafkaSender(KafkaBusSettings settings, KafkaClients clients, BusReports reports) {
        this.settings = settings;
        this.clients = clients;
        this.reports = reports;
        this.buffer = new SendBuffer(settings.maxWaitingRecords(), settings.maxWaitingBytes());
        this.presence = new BrokerPresence(settings, reports.messages(), System.nanoTime());
    }

    KafkaSender start() {
        thread.start();
        return this;
    }

    void sendEvent(String key, byte[] value) {
        int dropped = buffer.offer(Outgoing.event(settings.eventsTopic(), key, value));
        if (dropped < 0) {
            reports.count(BusCount.DROPPED_AT_CLOSE);
        } else if (dropped > 0) {
            reports.counts().accept(BusCount.DROPPED, dropped);
        }
    }

    void sendAnnouncement(String nodeKey, byte[] value) {
        Outgoing announcement = Outgoing.announcement(settings.nodesTopic(), nodeKey, value);
        Outgoing notSent = buffer.offerAnnouncement(announcement);
        if (announcement.equals(notSent)) {
            reports.count(closing ? BusCount.DROPPED_AT_CLOSE : BusCount.DROPPED);
        } else if (notSent != null) {
            reports.count(BusCount.SUPERSEDED);
        }
    }

    CompletableFuture<Long> sendChange(String id, byte @Nullable [] value) {
        CompletableFuture<Long> kept = new CompletableFuture<>();
        if (!buffer.offerChange(Outgoing.change(settings.desiredTopic(), id, value, kept))) {
            reports.count(BusCount.REFUSED);
            kept.completeExceptionally(new IllegalStateException("the control bus is closed, or "
                    + SendBuffer.MAX_CHANGES + " changes wait for the broker already"));
        }
        return kept;
    }

    /** Events that the broker does not have yet. */
    int waiting() {
        return buffer.eventCount();
    }

    private void run() {
        @Nullable Producer<String, byte[]> producer = null;
        boolean hasTopics = false;
        try {
            while (!isOver()) {
                try {
                    if (!hasTopics) {
                        ensureTopics();
                        hasTopics = true;
                    }
                    if (producer == null) {
                        producer = clients.producer();
                    }
                    sendNext(producer);
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    presence.onTrouble(e, System.nanoTime(), buffer.eventCount());
                    buffer.pause(RETRY_NS);
                }
                if (failure != null && producer != null) {
                    giveUp(producer);
                    producer = null;
                }
                presence.onTick(System.nanoTime(), buffer.isEmpty(), buffer.eventCount());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            reports.errors().accept(e);
        } finally {
            end(producer);
        }
    }

    private boolean isOver() {
        return closing && (buffer.isEmpty() || System.nanoTime() - closeDeadlineNs >= 0);
    }

    private void ensureTopics() throws InterruptedException {
        Admin admin = clients.admin();
        try {
            new KafkaTopics(settings, reports.messages()).ensure(admin);
        } finally {
            // Not its own close(), which waits for calls that nobody answers.
            admin.close(Duration.ZERO);
        }
        presence.onAnswer(System.nanoTime());
    }

    private void sendNext(Producer<String, byte[]> producer) throws InterruptedException {
        Outgoing record = buffer.take(TAKE_NS);
        if (record == null) {
            return;
        }
        Thread sending = Thread.currentThread();
        // Kafka tells of what it did not even take on the thread that gives it, of the rest on its own.
        Exception[] notTaken = new Exception[1];
        var unused =
                producer.send(new ProducerRecord<>(record.topic, record.key, record.value), (metadata, exception) -> {
                    if (exception == null) {
                        onKept(record, metadata);
                    } else if (exception instanceof RecordTooLargeException) {
                        refuse(record, exception);
                    } else if (Thread.currentThread().equals(sending)) {
                        notTaken[0] = exception;
                    } else {
                        failure = exception;
                    }
                });
        if (notTaken[0] != null) {
            buffer.putBack(record);
            throw notTaken[0] instanceof KafkaException kafka ? kafka : new KafkaException(notTaken[0]);
        }
    }

    private void onKept(Outgoing record, RecordMetadata metadata) {
        presence.onAnswer(System.nanoTime());
        reports.count(BusCount.SENT);
        buffer.done(record);
        if (record.kept != null) {
            record.kept.complete(metadata.offset());
        }
    }

    private void refuse(Outgoing record, Exception why) {
        reports.count(BusCount.REFUSED);
        buffer.done(record);
        if (record.kept != null) {
            record.kept.completeExceptionally(why);
        }
    }

    /** After an error that the client does not get over: another one sends all that this one had, in the same order. */
    private void giveUp(Producer<String, byte[]> producer) throws InterruptedException {
        Exception why = failure;
        producer.close(Duration.ZERO);
        reports.counts().accept(BusCount.SENT_AGAIN, buffer.putAllBack());
        failure = null;
        presence.onTrouble(why, System.nanoTime(), buffer.eventCount());
        buffer.pause(RETRY_NS);
    }

    private void end(@Nullable Producer<String, byte[]> producer) {
        if (producer != null) {
            closeAtOnce(producer);
        }
        List<Outgoing> left = buffer.drain();
        if (!left.isEmpty()) {
            reports.counts().accept(BusCount.DROPPED_AT_CLOSE, left.size());
            reports.messages()
                    .accept("control bus: " + left.size() + " events did not reach Kafka at "
                            + settings.bootstrapServers() + " before the end");
            left.forEach(record -> {
                if (record.kept != null) {
                    record.kept.completeExceptionally(
                            new IllegalStateException("the control bus was closed before the broker answered"));
                }
            });
        }
    }

    /** What could be sent was; whatever else it has, it has not been able to send until now. */
    private static void closeAtOnce(Producer<String, byte[]> producer) {
        // The end may have come by an interrupt, which its close would take for its own.
        boolean interrupted = Thread.interrupted();
        try {
            producer.close(Duration.ZERO);
        } catch (InterruptException e) {
            // It has closed all the same, and only not waited for its thread.
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closeDeadlineNs = System.nanoTime() + settings.closeTimeout().toNanos();
        closing = true;
        buffer.close();
        try {
            // Calls to a broker that is away must not hold up the end.
            if (!thread.join(buffer.isEmpty() ? IDLE_CLOSE_TIMEOUT : settings.closeTimeout())) {
                thread.interrupt();
                thread.join(settings.closeTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
