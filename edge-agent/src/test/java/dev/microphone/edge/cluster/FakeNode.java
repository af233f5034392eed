package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.AnswerHandler;
import dev.microphone.transport.link.Link;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to a node, as the agent sees it. */
final class FakeNode implements Link {
    final List<Long> frames = new ArrayList<>();
    final Map<Long, List<Long>> framesOf = new HashMap<>();
    final List<Long> gapsBefore = new ArrayList<>();
    final Set<Long> epochs = new HashSet<>();
    final List<String> hellos = new ArrayList<>();
    final ArrayDeque<Consumer<AnswerHandler>> answers = new ArrayDeque<>();
    boolean connected = true;
    boolean full;
    /** Frames that it takes before it is full. */
    int room = Integer.MAX_VALUE;

    @Nullable
    Throwable refusal;

    private final Frame checked = new Frame();

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public @Nullable Throwable refusal() {
        return refusal;
    }

    @Override
    public boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
        hellos.add(stream + " " + epoch + " " + oldestSequence + " " + nextSequence);
        return true;
    }

    @Override
    public boolean hasRoom() {
        return !full && room > 0;
    }

    @Override
    public boolean onFrame(Frame frame) {
        if (!hasRoom()) {
            return false;
        }
        room--;
        assertEquals(FrameFault.NONE, checked.decode(frame.buffer(), 0, frame.length()));
        if (frame.has(FrameFlags.GAP_BEFORE)) {
            gapsBefore.add(frame.sequence());
        }
        frames.add(frame.sequence());
        epochs.add(frame.epoch());
        framesOf(frame.streamId()).add(frame.sequence());
        return true;
    }

    List<Long> framesOf(long streamId) {
        return framesOf.computeIfAbsent(streamId, id -> new ArrayList<>());
    }

    @Override
    public int poll(AnswerHandler handler, int limit) {
        int count = 0;
        while (!answers.isEmpty()) {
            answers.remove().accept(handler);
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        connected = false;
    }

    void owns(long streamId, long epoch, long covered, long attempt, String endpoint) {
        answers.add(handler -> handler.onOwner(streamId, epoch, covered, attempt, 1_000, endpoint, "none"));
    }

    void acknowledges(long streamId, long epoch, long covered, long attempt) {
        answers.add(handler -> handler.onAcknowledged(streamId, epoch, covered, attempt));
    }
}
