package dev.microphone.schemas.bus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** All partitions of a topic. It goes on where it was when a broker comes back, or when the client had to be given up. */
final class KafkaFeed implements Feed {
    private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);
    /** Nobody is to be told: there is no group, and nothing to commit. */
    private static final Duration CLOSE_TIMEOUT = Duration.ZERO;

    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final KafkaClients clients;
    private final String topic;
    private final ControlBus.Since since;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private Map<TopicPartition, Long> startEnds = Map.of();
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile @Nullable Thread reader;

    KafkaFeed(KafkaClients clients, String topic, ControlBus.Since since) {
        this.clients = clients;
        this.topic = topic;
        this.since = since;
    }

    @Override
    public List<RawRecord> poll() {
        reader = Thread.currentThread();
        try {
            Consumer<String, byte[]> client = consumer;
            if (client == null) {
                client = clients.consumer();
                consumer = client;
            }
            if (!client.assignment().isEmpty()) {
                return read(client);
            }
            if (!assign(client)) {
                pause();
            }
            return List.of();
        } catch (WakeupException e) {
            return List.of();
        } catch (KafkaException e) {
            // Nobody to look the broker up, no answer in time, no permission: all of that may heal.
            giveUpClient();
            pause();
            return List.of();
        }
    }

    private boolean assign(Consumer<String, byte[]> client) {
        List<PartitionInfo> infos = client.partitionsFor(topic);
        if (infos == null || infos.isEmpty()) {
            return false;
        }
        List<TopicPartition> partitions = infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (next.isEmpty()) {
            Map<TopicPartition, Long> ends = client.endOffsets(partitions);
            next.putAll(since == ControlBus.Since.NOW ? ends : client.beginningOffsets(partitions));
            startEnds = ends;
        }
        client.assign(partitions);
        partitions.forEach(partition -> client.seek(partition, next.getOrDefault(partition, 0L)));
        return true;
    }

    private List<RawRecord> read(Consumer<String, byte[]> client) {
        List<RawRecord> records = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : client.poll(POLL_TIMEOUT)) {
            records.add(new RawRecord(record.offset(), record.key(), record.value()));
        }
        // Also past what compaction left out and what transactions wrote between the records.
        client.assignment().forEach(partition -> next.put(partition, client.position(partition)));
        return records;
    }

    private void giveUpClient() {
        Consumer<String, byte[]> client = consumer;
        consumer = null;
        if (client != null) {
            client.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private static void pause() {
        LockSupport.parkNanos(RETRY_NS);
    }

    @Override
    public boolean isPositioned() {
        return !next.isEmpty();
    }

    @Override
    public boolean hasCaughtUp() {
        return isPositioned()
                && startEnds.entrySet().stream().allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    @Override
    public void wakeUp() {
        Consumer<String, byte[]> client = consumer;
        if (client != null) {
            client.wakeup();
        }
        LockSupport.unpark(reader);
    }

    @Override
    public void close() {
        giveUpClient();
    }
}
