package dev.microphone.processor.event;

import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Takes events from the threads that process frames, says when and where they happened and what their streams are called,
 * and tells listeners of them on a thread of its own, which they may block. An event for which the queue has no room is
 * counted and lost: a listener must not hold up a stream.
 */
public final class ControlEvents implements ControlEventListener, AutoCloseable {
    /** A plugin that fails on every frame makes 5 events a stream and is left out: 800 streams at once fit. */
    static final int CAPACITY = 4_096;

    private final ManyToOneConcurrentArrayQueue<ControlMessage> queue = new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private final String node;
    private final StreamDirectory names;
    private final EpochNanoClock clock;
    private final List<Consumer<ControlMessage>> listeners;
    private final ErrorHandler errors;
    private final AtomicCounter lost;
    private final Thread thread = new Thread(this::run, "control-events");
    private volatile boolean closed;

    /**
     * @param node this process's name
     * @param names what streams are called whose events have the id alone
     * @param clock ns since the Unix epoch
     * @param listeners each told of every event, in the order in which events came
     * @param errors told of what a listener throws; the others are told of the event all the same
     */
    public ControlEvents(
            String node,
            StreamDirectory names,
            EpochNanoClock clock,
            List<Consumer<ControlMessage>> listeners,
            Metrics metrics,
            ErrorHandler errors) {
        this.node = node;
        this.names = names;
        this.clock = clock;
        this.listeners = List.copyOf(listeners);
        this.errors = errors;
        this.lost = metrics.counter("microphone_control_events_dropped_total");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void onEvent(ControlEvent event) {
        if (queue.offer(new ControlMessage(clock.nanoTime(), node, event))) {
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
        @Nullable ControlMessage message = queue.poll();
        while (message != null) {
            tell(new ControlMessage(
                    message.timeNs(), message.node(), message.event().named(names::nameOf)));
            message = queue.poll();
        }
    }

    private void tell(ControlMessage message) {
        for (Consumer<ControlMessage> listener : listeners) {
            try {
                listener.accept(message);
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
