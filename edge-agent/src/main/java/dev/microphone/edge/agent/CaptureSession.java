package dev.microphone.edge.agent;

import dev.microphone.edge.PcmFormat;
import dev.microphone.transport.frame.StreamName;
import java.util.concurrent.CompletableFuture;

/** One source while the agent runs it. Any thread. */
public final class CaptureSession {
    private final StreamName stream;
    private final long epoch;
    private final PcmFormat format;
    private final CaptureThread capture;
    private final CompletableFuture<StreamEnd> ended = new CompletableFuture<>();

    CaptureSession(StreamName stream, long epoch, PcmFormat format, CaptureThread capture) {
        this.stream = stream;
        this.epoch = epoch;
        this.format = format;
        this.capture = capture;
    }

    public StreamName stream() {
        return stream;
    }

    /** The epoch that its frames carry. */
    public long epoch() {
        return epoch;
    }

    /** What the source delivers. */
    public PcmFormat format() {
        return format;
    }

    /** Ends the source. What it has given still goes out, the last frame with {@code END_OF_STREAM}. */
    public void stop() {
        capture.stop();
    }

    /** Done when the last frame has been handed on, or the agent has closed. Never fails: see {@link StreamEnd#fault}. */
    public CompletableFuture<StreamEnd> ended() {
        return ended.copy();
    }

    /** Runs it on the agent's thread when the session has ended. */
    void onEnd(Runnable action) {
        CompletableFuture<Void> unused = ended.thenRun(action);
    }

    CaptureThread capture() {
        return capture;
    }

    void complete(StreamEnd end) {
        ended.complete(end);
    }
}
