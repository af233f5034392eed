package dev.microphone.schemas.bus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait for the broker, bounded in number and in bytes, and those that it was given and has not acknowledged.
 * Any thread; nobody waits in {@link #offer}.
 *
 * <p>When there is no room, the oldest that waits goes: the newest say how things are now, and the beginning of an outage
 * tells less about its end. Changes of the desired state never make room and are never dropped; when too many wait, the
 * next one is refused, and whoever asked knows. An announcement waits until it is sent or its node says something newer.
 */
final class SendBuffer {
    /** In the client's hands at a time: enough to fill its batches, few enough to be kept in order here. */
    static final int MAX_UNACKNOWLEDGED = 500;

    /** People and control planes ask for changes; nobody asks for more while none is answered. */
    static final int MAX_CHANGES = 1_000;

    /** Nodes of one process: a subtask for each key group at the most, and a router. */
    static final int MAX_ANNOUNCEMENTS = 256;

    private final int maxRecords;
    private final int maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Outgoing> events = new ArrayDeque<>();
    private final Deque<Outgoing> changes = new ArrayDeque<>();
    /** By node. */
    private final LinkedHashMap<String, Outgoing> announcements = new LinkedHashMap<>();

    private final Set<Outgoing> unacknowledged = new LinkedHashSet<>();
    private int eventCount;
    private long eventBytes;
    private boolean closed;

    SendBuffer(int maxRecords, int maxBytes) {
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /** @return how many were dropped to make room, this one among them when there is no other to drop; -1 once closed */
    int offer(Outgoing event) {
        int length = event.lengthBytes();
        lock.lock();
        try {
            if (closed) {
                return -1;
            }
            int dropped = 0;
            while ((eventCount + 1 > maxRecords || eventBytes + length > maxBytes) && !events.isEmpty()) {
                forget(events.removeFirst());
                dropped++;
            }
            if (eventCount + 1 > maxRecords || eventBytes + length > maxBytes) {
                return dropped + 1;
            }
            events.addLast(event);
            eventCount++;
            eventBytes += length;
            changed.signalAll();
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Outgoing event) {
        eventCount--;
        eventBytes -= event.lengthBytes();
    }

    /** @return false when too many wait, or it is closed */
    boolean offerChange(Outgoing change) {
        lock.lock();
        try {
            if (closed || changes.size() >= MAX_CHANGES) {
                return false;
            }
            changes.addLast(change);
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** @return the one that waited of the same node and is replaced; the new one itself when too many wait, or it is closed */
    @Nullable
    Outgoing offerAnnouncement(Outgoing announcement) {
        lock.lock();
        try {
            if (closed || (announcements.size() >= MAX_ANNOUNCEMENTS && !announcements.containsKey(announcement.key))) {
                return announcement;
            }
            Outgoing replaced = announcements.put(announcement.key, announcement);
            changed.signalAll();
            return replaced;
        } finally {
            lock.unlock();
        }
    }

    /** The next to send, changes first and events last, which counts as not acknowledged from now on; null when none comes in time. */
    @Nullable
    Outgoing take(long timeoutNs) throws InterruptedException {
        long leftNs = timeoutNs;
        lock.lock();
        try {
            while (leftNs > 0
                    && (unacknowledged.size() >= MAX_UNACKNOWLEDGED || nothingWaits())
                    && !(closed && isEmptyLocked())) {
                leftNs = changed.awaitNanos(leftNs);
            }
            if (unacknowledged.size() >= MAX_UNACKNOWLEDGED) {
                return null;
            }
            Outgoing next = poll();
            if (next != null) {
                unacknowledged.add(next);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Outgoing poll() {
        if (!changes.isEmpty()) {
            return changes.pollFirst();
        }
        Map.Entry<String, Outgoing> announcement = announcements.pollFirstEntry();
        return announcement == null ? events.pollFirst() : announcement.getValue();
    }

    /** The broker has it, or will never take it. */
    void done(Outgoing record) {
        lock.lock();
        try {
            if (unacknowledged.remove(record) && record.kind == Outgoing.Kind.EVENT) {
                forget(record);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The client never took it: it is the next again. */
    void putBack(Outgoing record) {
        lock.lock();
        try {
            if (unacknowledged.remove(record)) {
                waitAgain(record);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The client is given up: all that it had is to be sent again, in the same order. @return how many */
    int putAllBack() {
        lock.lock();
        try {
            List<Outgoing> records = new ArrayList<>(unacknowledged);
            unacknowledged.clear();
            for (int i = records.size() - 1; i >= 0; i--) {
                waitAgain(records.get(i));
            }
            return records.size();
        } finally {
            lock.unlock();
        }
    }

    private void waitAgain(Outgoing record) {
        switch (record.kind) {
            case EVENT -> events.addFirst(record);
            case CHANGE -> changes.addFirst(record);
            // Unless its node has said something newer.
            case ANNOUNCEMENT -> announcements.putIfAbsent(record.key, record);
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return isEmptyLocked();
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmptyLocked() {
        return nothingWaits() && unacknowledged.isEmpty();
    }

    private boolean nothingWaits() {
        return events.isEmpty() && changes.isEmpty() && announcements.isEmpty();
    }

    /** Events that wait or are not acknowledged. */
    int eventCount() {
        lock.lock();
        try {
            return eventCount;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits before the next attempt; not when all is sent and it is closed. */
    void pause(long durationNs) throws InterruptedException {
        long leftNs = durationNs;
        lock.lock();
        try {
            while (leftNs > 0 && !(closed && isEmptyLocked())) {
                leftNs = changed.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    /** All that is left, for the end. */
    List<Outgoing> drain() {
        lock.lock();
        try {
            putAllBack();
            List<Outgoing> left = new ArrayList<>(changes);
            left.addAll(announcements.values());
            left.addAll(events);
            announcements.clear();
            changes.clear();
            events.clear();
            eventCount = 0;
            eventBytes = 0;
            return left;
        } finally {
            lock.unlock();
        }
    }
}
