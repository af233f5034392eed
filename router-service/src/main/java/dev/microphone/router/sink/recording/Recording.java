package dev.microphone.router.sink.recording;

import dev.microphone.transport.frame.Frame;
import java.io.IOException;
import java.nio.file.Path;

/** One run of one stream on its way into one file. Owned by the sink's thread. */
final class Recording {
    private static final byte[] SILENCE = new byte[Frame.MAX_PCM_LENGTH];

    final Path path;
    final long epoch;
    private final AudioWriter writer;
    private long expectedSequence;
    private int flushesSinceFrame;
    private boolean hadGap;
    private boolean failed;

    Recording(Path path, Frame first, AudioWriter writer) {
        this.path = path;
        this.epoch = first.epoch();
        this.expectedSequence = first.sequence();
        this.writer = writer;
    }

    /** Frames missing between the last one and this one; negative when this one was passed already. */
    long missingBefore(Frame frame) {
        return frame.sequence() - expectedSequence;
    }

    void append(Frame frame) throws IOException {
        writer.write(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        expectedSequence = frame.sequence() + 1;
        flushesSinceFrame = 0;
    }

    /** Stands in for that many missing frames, each as long as the one that follows them. */
    void appendSilence(long frames, Frame following) throws IOException {
        for (long i = 0; i < frames; i++) {
            writer.write(SILENCE, 0, following.pcmLength());
            expectedSequence++;
        }
    }

    /** True once. */
    boolean isFirstGap() {
        boolean first = !hadGap;
        hadGap = true;
        return first;
    }

    /** @return how many flushes there were since the last frame */
    int flush() throws IOException {
        writer.flush();
        return ++flushesSinceFrame;
    }

    void close() throws IOException {
        writer.close();
    }

    long savedSamples() {
        return writer.savedSamples();
    }

    boolean failed() {
        return failed;
    }

    void markFailed() {
        failed = true;
    }
}
