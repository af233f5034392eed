package dev.microphone.schemas.bus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A topic of one partition that lives and ends with the process. Any thread. */
final class MemoryTopic {
    /** A day of what people do; with records of some 200 bytes 2 MiB. */
    static final int MAX_RECORDS = 10_000;

    private static final int POLL_RECORDS = 500;
    private static final long POLL_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final boolean compacted;
    private final int maxRecords;
    private final TreeMap<Long, RawRecord> records = new TreeMap<>();
    /** When compacted: where each key's latest record is. */
    private final Map<String, Long> latest = new HashMap<>();

    private long nextOffset;

    /** @param compacted whether it keeps the latest record of each key, however many keys; otherwise the newest records */
    MemoryTopic(boolean compacted, int maxRecords) {
        this.compacted = compacted;
        this.maxRecords = maxRecords;
    }

    /** @return the record's offset */
    synchronized long append(@Nullable String key, byte @Nullable [] value) {
        long offset = nextOffset++;
        records.put(offset, new RawRecord(offset, key, value));
        if (compacted && key != null) {
            Long before = latest.put(key, offset);
            if (before != null) {
                records.remove(before);
            }
        } else if (records.size() > maxRecords) {
            records.pollFirstEntry();
        }
        notifyAll();
        return offset;
    }

    /** How many are kept. */
    synchronized int size() {
        return records.size();
    }

    Feed feed(ControlBus.Since since, BusReports reports) {
        synchronized (this) {
            return new MemoryFeed(since == ControlBus.Since.NOW ? nextOffset : 0, nextOffset, reports);
        }
    }

    private final class MemoryFeed implements Feed {
        private final long startEnd;
        private final BusReports reports;
        private long position;
        private boolean hasPolled;
        private boolean woken;

        MemoryFeed(long position, long startEnd, BusReports reports) {
            this.position = position;
            this.startEnd = startEnd;
            this.reports = reports;
        }

        @Override
        public List<RawRecord> poll() {
            synchronized (MemoryTopic.this) {
                long deadlineNs = System.nanoTime() + POLL_WAIT_NS;
                long leftNs = POLL_WAIT_NS;
                while (position == nextOffset && !woken && leftNs > 0) {
                    try {
                        TimeUnit.NANOSECONDS.timedWait(MemoryTopic.this, leftNs);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return List.of();
                    }
                    leftNs = deadlineNs - System.nanoTime();
                }
                woken = false;
                return take();
            }
        }

        private List<RawRecord> take() {
            List<RawRecord> taken = new ArrayList<>();
            if (!compacted && hasPolled && !records.isEmpty() && records.firstKey() > position) {
                reports.counts().accept(BusCount.MISSED, records.firstKey() - position);
            }
            hasPolled = true;
            for (RawRecord record : records.tailMap(position, true).values()) {
                if (taken.size() == POLL_RECORDS) {
                    break;
                }
                taken.add(record);
            }
            position = taken.size() < POLL_RECORDS
                    ? nextOffset
                    : taken.get(taken.size() - 1).offset() + 1;
            return taken;
        }

        @Override
        public boolean isPositioned() {
            return true;
        }

        @Override
        public boolean hasCaughtUp() {
            synchronized (MemoryTopic.this) {
                return position >= startEnd;
            }
        }

        @Override
        public void wakeUp() {
            synchronized (MemoryTopic.this) {
                woken = true;
                MemoryTopic.this.notifyAll();
            }
        }

        @Override
        public void close() {}
    }
}
