package dev.microphone.schemas.bus;

import dev.microphone.schemas.avro.EventCodec;
import dev.microphone.schemas.avro.UnreadableRecordException;
import dev.microphone.schemas.desired.DesiredEntity;
import dev.microphone.schemas.desired.DesiredState;
import dev.microphone.schemas.desired.DesiredWatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The desired state as one process sees it: a map that follows the topic, which has one partition. */
final class DesiredView implements DesiredState, AutoCloseable {
    private final EventCodec codec;
    private final BiFunction<String, byte @Nullable [], CompletableFuture<Long>> writer;
    private final BusReports reports;
    private final Map<String, DesiredEntity> entities = new ConcurrentHashMap<>();
    private final List<DesiredWatcher> watchers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<DesiredWatcher> newWatchers = new ConcurrentLinkedQueue<>();
    private final FeedThread thread;
    /** Changes that are kept, by offset, whose record has not been read here yet. Guarded by itself. */
    private final TreeMap<Long, List<CompletableFuture<Void>>> unseen = new TreeMap<>();

    /** Offset of the newest record that was read. Guarded by {@link #unseen}. */
    private long readOffset = -1;

    /** @param writer keeps a value, null to remove it, and says at which offset */
    DesiredView(
            Feed feed,
            EventCodec codec,
            BiFunction<String, byte @Nullable [], CompletableFuture<Long>> writer,
            BusReports reports) {
        this.codec = codec;
        this.writer = writer;
        this.reports = reports;
        this.thread = new FeedThread("control-bus-desired", feed, this::onRecord, this::admitWatchers, reports);
    }

    DesiredView start() {
        thread.start();
        return this;
    }

    @Override
    public CompletableFuture<Void> put(String id, DesiredEntity entity) {
        byte[] value = codec.encode(entity);
        if (value.length > RecordLimits.MAX_RECORD_BYTES) {
            reports.count(BusCount.REFUSED);
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "entity " + id + " has " + value.length + " bytes: the limit is " + RecordLimits.MAX_RECORD_BYTES));
        }
        return write(id, value);
    }

    @Override
    public CompletableFuture<Void> remove(String id) {
        return write(id, null);
    }

    private CompletableFuture<Void> write(String id, byte @Nullable [] value) {
        reports.count(BusCount.PUBLISHED);
        return writer.apply(id, value).thenCompose(this::seen);
    }

    private CompletableFuture<Void> seen(long offset) {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        synchronized (unseen) {
            if (offset > readOffset && !thread.isClosed()) {
                unseen.computeIfAbsent(offset, key -> new ArrayList<>()).add(seen);
                return seen;
            }
        }
        seen.complete(null);
        return seen;
    }

    private void onRecord(RawRecord record) {
        try {
            if (record.key() == null) {
                reports.count(BusCount.BROKEN);
            } else {
                apply(record.key(), record.value());
            }
        } finally {
            release(record.offset());
        }
    }

    private void apply(String id, byte @Nullable [] value) {
        if (value == null) {
            entities.remove(id);
            tell(id, null);
            return;
        }
        try {
            DesiredEntity entity = codec.decodeEntity(value);
            entities.put(id, entity);
            tell(id, entity);
        } catch (UnreadableRecordException e) {
            reports.count(EventReader.countOf(e));
        }
    }

    private void release(long offset) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        synchronized (unseen) {
            readOffset = offset;
            Map<Long, List<CompletableFuture<Void>>> reached = unseen.headMap(offset, true);
            reached.values().forEach(done::addAll);
            reached.clear();
        }
        done.forEach(future -> future.complete(null));
    }

    private void tell(String id, @Nullable DesiredEntity entity) {
        watchers.forEach(watcher -> tell(watcher, id, entity));
    }

    private void tell(DesiredWatcher watcher, String id, @Nullable DesiredEntity entity) {
        try {
            watcher.onChange(id, entity);
        } catch (RuntimeException e) {
            reports.errors().accept(e);
        }
    }

    /** On the reading thread, so that no change comes between what there is and what changes. */
    private void admitWatchers() {
        DesiredWatcher watcher = newWatchers.poll();
        while (watcher != null) {
            DesiredWatcher admitted = watcher;
            entities.forEach((id, entity) -> tell(admitted, id, entity));
            watchers.add(admitted);
            watcher = newWatchers.poll();
        }
    }

    @Override
    public @Nullable DesiredEntity get(String id) {
        return entities.get(id);
    }

    @Override
    public Map<String, DesiredEntity> snapshot() {
        return Map.copyOf(entities);
    }

    @Override
    public CompletableFuture<Void> loaded() {
        return thread.caughtUp();
    }

    @Override
    public AutoCloseable watch(DesiredWatcher watcher) {
        newWatchers.add(watcher);
        thread.wakeUp();
        return () -> {
            newWatchers.remove(watcher);
            watchers.remove(watcher);
        };
    }

    @Override
    public void close() {
        thread.close();
        List<CompletableFuture<Void>> left = new ArrayList<>();
        synchronized (unseen) {
            unseen.values().forEach(left::addAll);
            unseen.clear();
        }
        // They are kept; only nobody reads them here any more.
        left.forEach(future -> future.complete(null));
    }
}
