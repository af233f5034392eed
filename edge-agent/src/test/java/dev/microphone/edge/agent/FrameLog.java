package dev.microphone.edge.agent;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A next stage that keeps what it is given, or has no room when the test says so. */
final class FrameLog implements FrameHandler {
    final List<Frame> frames = new ArrayList<>();
    boolean full;

    @Override
    public boolean onFrame(Frame frame) {
        if (!full) {
            frames.add(new Frame().copyFrom(frame));
        }
        return !full;
    }

    Frame last() {
        return frames.get(frames.size() - 1);
    }

    List<Long> sequences() {
        return frames.stream().map(Frame::sequence).toList();
    }

    /** Sequences of the frames that carry the flag. */
    List<Long> sequencesWith(int flag) {
        return frames.stream()
                .filter(frame -> frame.has(flag))
                .map(Frame::sequence)
                .toList();
    }

    byte[] pcm() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            all.write(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        }
        return all.toByteArray();
    }
}
