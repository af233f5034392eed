package dev.microphone.loadtest.plugin;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Streams that all pass the same chain in real time, on one thread as in a processor: every frame is processed when it is
 * due, evenly spread over 20 ms. How long each took is kept apart by what happened meanwhile. Started and closed by one
 * thread.
 */
final class LiveStreams implements AutoCloseable {
    private static final long FRAME_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    private final List<Chain> chains = new ArrayList<>();
    private final List<Histogram> framesNs = new ArrayList<>();
    private final byte[] pcm;
    private final Thread thread = new Thread(this::run, "live-streams");
    private volatile int phase;
    private volatile boolean closed;

    /**
     * @param phases that {@link #enter} may name
     * @param pcm what all streams hear, again and again
     * @param watch for the thread of the streams
     */
    LiveStreams(PreparedChain prepared, int streams, int phases, byte[] pcm, Watch watch, Metrics metrics) {
        this.pcm = pcm;
        for (int i = 0; i < streams; i++) {
            chains.add(prepared.newChain(
                    watch, FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics, SystemNanoClock.INSTANCE));
        }
        for (int i = 0; i < phases; i++) {
            framesNs.add(new Histogram(LONGEST_NS, 3));
        }
        thread.start();
    }

    /** From the next frame on, times belong to that phase; at first to 0. */
    void enter(int nextPhase) {
        phase = nextPhase;
    }

    /** Of all frames of that phase; once closed. */
    Histogram framesNs(int ofPhase) {
        return framesNs.get(ofPhase);
    }

    private void run() {
        Frame frame = new Frame();
        int length = frame.pcmLength();
        long startNs = System.nanoTime();
        for (long count = 0; !closed; count++) {
            long dueNs = startNs + count * FRAME_NS / chains.size();
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(leftNs);
            }
            long sequence = count / chains.size();
            int from = (int) (sequence % (pcm.length / length)) * length;
            System.arraycopy(pcm, from, frame.bytes(), frame.pcmOffset(), length);
            frame.flags(FrameFlags.DUAL_MONO).epoch(1).sequence(sequence);
            int measured = phase;
            long beforeNs = System.nanoTime();
            chains.get((int) (count % chains.size())).process(frame);
            framesNs.get(measured).recordValue(Math.min(System.nanoTime() - beforeNs, LONGEST_NS));
        }
    }

    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        chains.forEach(Chain::close);
    }
}
