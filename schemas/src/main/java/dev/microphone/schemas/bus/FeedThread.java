package dev.microphone.schemas.bus;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads a feed on a thread of its own, until it is closed. */
final class FeedThread implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final Feed feed;
    private final Consumer<RawRecord> records;
    private final Runnable pollDone;
    private final BusReports reports;
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * @param records given each record
     * @param pollDone called on the thread between two polls
     */
    FeedThread(String name, Feed feed, Consumer<RawRecord> records, Runnable pollDone, BusReports reports) {
        this.feed = feed;
        this.records = records;
        this.pollDone = pollDone;
        this.reports = reports;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    FeedThread start() {
        thread.start();
        return this;
    }

    private void run() {
        try (feed) {
            while (!closed) {
                for (RawRecord record : feed.poll()) {
                    if (closed) {
                        return;
                    }
                    give(record);
                }
                pollDone.run();
                if (feed.isPositioned()) {
                    started.complete(null);
                }
                if (feed.hasCaughtUp()) {
                    caughtUp.complete(null);
                }
            }
        } catch (RuntimeException e) {
            reports.errors().accept(e);
        }
    }

    private void give(RawRecord record) {
        try {
            records.accept(record);
        } catch (RuntimeException e) {
            reports.errors().accept(e);
        }
    }

    CompletableFuture<Void> started() {
        return started;
    }

    CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    void wakeUp() {
        feed.wakeUp();
    }

    boolean isClosed() {
        return closed;
    }

    /** May be called on the thread itself, by a subscriber that has seen enough. */
    @Override
    public void close() {
        closed = true;
        feed.wakeUp();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
