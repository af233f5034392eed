package dev.microphone.edge.agent;

import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.SourceException;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Reads one source and queues what it gives. When the queue is full, a live source's newest chunk is dropped, counted,
 * and the next one says that there is a gap; any other source waits.
 *
 * <p>The last chunk is marked, so that no frame need be held back or made up for the end. A source that is not live and
 * does not know its length is read one chunk ahead for that.
 */
final class CaptureThread {
    /** Reading takes little stack; the default of 1 MiB a source would be the largest thing here. */
    private static final long STACK_LENGTH = 256 * 1024;

    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final AudioSource source;
    private final PcmQueue queue;
    private final boolean live;
    private final int blockLength;
    private final Thread thread;
    private final AtomicCounter dropped;
    private final AtomicCounter xruns;
    private final AtomicCounter gaps;
    private final IdleStrategy idleStrategy = new BackoffIdleStrategy(10, 10, 1_000, MAX_PARK_NS);

    private volatile boolean stopped;
    private volatile boolean abandoned;

    private PcmChunk current;
    private @Nullable PcmChunk ahead;
    private long samplesRead;
    private long xrunsSeen;
    private boolean gap;

    // Written before the last chunk is queued, read after it was taken: the queue orders them.
    private @Nullable Exception fault;
    private List<String> warnings = List.of();

    CaptureThread(StreamName stream, SignalRole role, AudioSource source, PcmQueue queue, Metrics metrics) {
        String stage = role.stage("capture");
        this.source = source;
        this.queue = queue;
        this.live = source.isLive();
        this.blockLength = source.format().blockLength();
        this.current = queue.newChunk();
        String[] labels = {"stage", stage, "stream", stream.value()};
        dropped = metrics.counter(
                "microphone_samples_dropped_total", "stage", stage, "reason", "queue_full", "stream", stream.value());
        xruns = metrics.counter("microphone_xruns_total", labels);
        gaps = metrics.counter("microphone_gaps_total", labels);
        thread = new Thread(null, this::run, stage + " " + stream, STACK_LENGTH);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Lets the source end: what was read so far still goes out, then comes the last chunk. Any thread. */
    void stop() {
        stopped = true;
        thread.interrupt();
    }

    /** As {@link #stop}, and nobody takes chunks any more. */
    void abandon() {
        abandoned = true;
        stop();
    }

    /** @return whether the thread has ended in that time, and with it closed its source */
    boolean join(long timeoutMillis) throws InterruptedException {
        thread.join(timeoutMillis);
        return !thread.isAlive();
    }

    /** After the last chunk: why the source ended early, or null. */
    @Nullable
    Exception fault() {
        return fault;
    }

    /** After the last chunk: what was odd about the source, one line each. */
    List<String> warnings() {
        return warnings;
    }

    private void run() {
        try {
            captureAndClose();
        } catch (SourceException | RuntimeException e) {
            fault = e;
        } catch (Error e) {
            // A missing native function, no memory: the stream must still end, and say why.
            fault = new IllegalStateException(e);
        } finally {
            // A source may leave the interrupt that stopped it; waiting for room must not spin because of it.
            Thread.interrupted();
            end();
        }
    }

    private void captureAndClose() throws SourceException {
        try {
            capture();
        } finally {
            warnings = source.warnings();
            source.close();
        }
    }

    private void capture() throws SourceException {
        long lengthSamples = source.lengthSamples();
        boolean readAhead = !live && lengthSamples == AudioSource.UNKNOWN_LENGTH;
        while (!stopped && samplesRead != lengthSamples) {
            int read = source.read(current.pcm, 0, current.pcm.length);
            if (read < 0) {
                return;
            }
            describe(read);
            if (readAhead || samplesRead == lengthSamples) {
                readAhead();
            } else {
                queueCurrent();
            }
        }
    }

    private void describe(int lengthBytes) {
        long xrunsNow = source.xruns();
        if (xrunsNow > xrunsSeen) {
            xruns.getAndAddRelease(xrunsNow - xrunsSeen);
            xrunsSeen = xrunsNow;
            markGap();
        }
        current.lengthBytes = lengthBytes;
        current.captureTimeNs = source.captureTimeNs();
        current.clockQuality = source.clockQuality();
        current.last = false;
        samplesRead += lengthBytes / blockLength;
    }

    private void markGap() {
        if (!gap) {
            gap = true;
            gaps.incrementRelease();
        }
    }

    /** Queues the chunk that was read before this one, and keeps this one until it is known whether it is the last. */
    private void readAhead() {
        PcmChunk justRead = current;
        PcmChunk before = ahead;
        if (before == null) {
            current = queue.newChunk();
        } else {
            current = before;
            queueCurrent();
        }
        ahead = justRead;
    }

    private void queueCurrent() {
        current.gapBefore = gap;
        PcmChunk free = queue.exchange(current);
        if (free == null && live) {
            dropped.getAndAddRelease(current.lengthBytes / blockLength);
            markGap();
            return;
        }
        if (free == null) {
            free = waitForRoom();
        }
        if (free != null) {
            current = free;
            gap = false;
        }
    }

    /** @return null when nobody will ever take a chunk again */
    private @Nullable PcmChunk waitForRoom() {
        idleStrategy.reset();
        while (!abandoned) {
            PcmChunk free = queue.exchange(current);
            if (free != null) {
                return free;
            }
            idleStrategy.idle();
        }
        return null;
    }

    private void end() {
        PcmChunk end = ahead;
        if (end == null) {
            end = current;
            end.lengthBytes = 0;
        }
        end.last = true;
        end.gapBefore = gap;
        current = end;
        waitForRoom();
    }
}
