package dev.microphone.processor.event;

import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Takes events from the threads that process frames, and tells listeners of them on a thread of its own, which they may
 * block. An event for which the queue has no room is counted and lost: a listener must not hold up a stream.
 */
public final class ControlEvents implements ControlEventListener, AutoCloseable {
    /** A plugin that fails on every frame makes 5 events a stream and is left out: 800 streams at once fit. */
    static final int CAPACITY = 4_096;

    private final ManyToOneConcurrentArrayQueue<ControlEvent> queue = new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private final List<ControlEventListener> listeners;
    private final ErrorHandler errors;
    private final AtomicCounter lost;
    private final Thread thread = new Thread(this::run, "control-events");
    private volatile boolean closed;

    /**
     * @param listeners each told of every event, in the order in which events came
     * @param errors told of what a listener throws; the others are told of the event all the same
     */
    public ControlEvents(List<? extends ControlEventListener> listeners, Metrics metrics, ErrorHandler errors) {
        this.listeners = List.copyOf(listeners);
        this.errors = errors;
        this.lost = metrics.counter("microphone_control_events_dropped_total");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void onEvent(ControlEvent event) {
        if (queue.offer(event)) {
            LockSupport.unpark(thread);
        } else {
            lost.increment();
        }
    }

    private void run() {
        while (!closed) {
            drain();
            if (queue.isEmpty() && !closed) {
                LockSupport.park(this);
            }
        }
        drain();
    }

    private void drain() {
        @Nullable ControlEvent event = queue.poll();
        while (event != null) {
            tell(event);
            event = queue.poll();
        }
    }

    private void tell(ControlEvent event) {
        for (ControlEventListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException e) {
                errors.onError(e);
            }
        }
    }

    /** Tells of what has come until now, and ends. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                thread.join();
                ended = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
