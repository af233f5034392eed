package dev.microphone.router.sink;

import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * A sink's own thread and the bounded queue in front of it.
 *
 * <p>The router's thread calls {@link #offer}; everything else happens on the thread that runs this agent. The queue is
 * one ring shared by all streams, so a further stream costs no memory here. A sink that has failed is closed once, and
 * from then on its frames are counted as dropped: the other sinks do not notice.
 */
public final class SinkWorker implements Agent {
    /** 538 frames of 20 ms: a disk that stalls 200 ms holds up 50 streams without anybody upstream noticing. */
    public static final int RING_LENGTH = 2 * 1024 * 1024;
    /** What is lost of a recording when the process is killed, at most. */
    public static final long FLUSH_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int FRAME_LIMIT = 64;
    private static final int FRAME_TYPE = 1;

    private final String label;
    private final Sink sink;
    private final OverflowPolicy overflow;
    private final OneToOneRingBuffer ring;
    private final NanoClock clock;
    private final ControlEventListener events;
    private final Consumer<String> messages;
    private final Frame frame = new Frame();
    private final MessageHandler messageHandler = this::onMessage;
    private final AtomicCounter queueFull;
    private final AtomicCounter sinkFailed;
    private final AtomicCounter sinkThrew;
    private final AtomicCounter backPressured;
    private final AtomicCounter utilisationPercent;

    private long nextFlushNs;
    private boolean closed;
    private volatile @Nullable String fault;

    public SinkWorker(SinkContext context, Sink sink, OverflowPolicy overflow, NanoClock clock) {
        this(context, sink, overflow, clock, RING_LENGTH);
    }

    SinkWorker(SinkContext context, Sink sink, OverflowPolicy overflow, NanoClock clock, int ringLength) {
        this.label = context.label();
        this.sink = sink;
        this.overflow = overflow;
        this.clock = clock;
        this.events = context.events();
        this.messages = context.messages();
        this.ring = new OneToOneRingBuffer(
                new UnsafeBuffer(ByteBuffer.allocateDirect(ringLength + RingBufferDescriptor.TRAILER_LENGTH)));
        this.queueFull = context.dropped("queue_full");
        this.sinkFailed = context.dropped("sink_failed");
        this.sinkThrew = context.dropped("sink_threw");
        Metrics metrics = context.metrics();
        this.backPressured = metrics.counter("microphone_back_pressure_total", "stage", "router", "sink", label);
        this.utilisationPercent = metrics.gauge("microphone_ring_buffer_utilization", "stage", "router", "sink", label);
        this.nextFlushNs = clock.nanoTime() + FLUSH_INTERVAL_NS;
    }

    /**
     * Takes a copy of the frame. Router thread.
     *
     * @return false when the queue is full and the frame must be offered again
     */
    public boolean offer(Frame offered) {
        if (!sink.wants(offered.streamId())) {
            return true;
        }
        if (fault != null) {
            sinkFailed.increment();
            return true;
        }
        if (ring.write(FRAME_TYPE, offered.buffer(), 0, offered.length())) {
            return true;
        }
        if (overflow == OverflowPolicy.DROP) {
            queueFull.increment();
            return true;
        }
        backPressured.increment();
        return false;
    }

    @Override
    public int doWork() {
        utilisationPercent.setRelease(100L * ring.size() / ring.capacity());
        int work = ring.read(messageHandler, FRAME_LIMIT);
        long nowNs = clock.nanoTime();
        if (nowNs - nextFlushNs >= 0) {
            nextFlushNs = nowNs + FLUSH_INTERVAL_NS;
            flush();
            work++;
        }
        return work;
    }

    private void onMessage(int type, MutableDirectBuffer buffer, int index, int length) {
        if (fault != null) {
            sinkFailed.increment();
            return;
        }
        buffer.getBytes(index, frame.bytes(), 0, length);
        try {
            sink.onFrame(frame);
        } catch (IOException e) {
            sinkFailed.increment();
            fail(e);
        } catch (RuntimeException e) {
            sinkThrew.increment();
            throw e;
        }
    }

    private void flush() {
        if (fault == null) {
            try {
                sink.flush();
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    private void fail(IOException cause) {
        String line = label + ": " + cause.getMessage() + ": this sink has stopped";
        fault = line;
        messages.accept(line);
        events.onEvent(new SinkFaulted(label, String.valueOf(cause.getMessage()), sinkFailed.get()));
        closeSink();
    }

    /** Delivers what is still queued, then closes the sink. */
    @Override
    public void onClose() {
        RuntimeException first = null;
        // Not until a read returns 0: one that meets the ring's end does so with frames left.
        while (ring.size() > 0) {
            try {
                ring.read(messageHandler, FRAME_LIMIT);
            } catch (RuntimeException e) {
                // That frame is counted; the others, and the ends of the files, must not suffer for it.
                first = first == null ? e : first;
            }
        }
        closeSink();
        if (first != null) {
            throw first;
        }
    }

    private void closeSink() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            sink.close();
        } catch (IOException e) {
            messages.accept(label + ": " + e.getMessage());
        }
    }

    /** One line that says why this sink delivers nothing, or not everything; null while all is well. Any thread. */
    public @Nullable String fault() {
        String line = fault;
        return line != null ? line : sink.fault();
    }

    public String label() {
        return label;
    }

    @Override
    public String roleName() {
        return "sink " + label;
    }
}
