package dev.microphone.transport.aeron;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFault;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.frame.FramePoller;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Receives frames from one Aeron subscription, verifies each, and hands it on. What is not a frame is counted by its
 * {@link FrameFault} and skipped.
 *
 * <p>What the handler throws leaves {@link #poll}; its frame is counted as dropped and not handed over again, so one bad
 * frame cannot hold up the others. A frame that the handler refuses stays in Aeron's log and is handed over again at the next poll; while it waits,
 * flow control holds the sender back. Owned by the polling thread. Allocates nothing per frame.
 */
public final class FrameSubscriber implements FramePoller, AutoCloseable {
    private static final FrameHandler NOBODY = frame -> false;

    private final Subscription subscription;
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this::onMessage);
    private final Frame frame = new Frame();
    private final AtomicCounter received;
    private final AtomicCounter messagesTaken;
    private final AtomicCounter dropped;
    private final Map<FrameFault, AtomicCounter> faults = new EnumMap<>(FrameFault.class);
    /**
     * Sessions whose image is gone, from Aeron's conductor to the polling thread, which owns the assembler. A session
     * that does not fit keeps its 4 KiB until this is closed.
     */
    private final ManyToOneConcurrentArrayQueue<Integer> goneSessions = new ManyToOneConcurrentArrayQueue<>(256);

    private final OtherMessages others;
    private FrameHandler handler = NOBODY;
    private int taken;
    private long session;
    private @Nullable Throwable failure;

    /** @param stage the label of this subscriber's counters */
    public FrameSubscriber(Aeron aeron, String channel, int aeronStreamId, Metrics metrics, String stage) {
        this(aeron, channel, aeronStreamId, metrics, stage, OtherMessages.NONE);
    }

    /** @param others is shown what is not a frame, and told of senders */
    public FrameSubscriber(
            Aeron aeron, String channel, int aeronStreamId, Metrics metrics, String stage, OtherMessages others) {
        this.others = others;
        received = metrics.counter("microphone_frames_received_total", "stage", stage);
        messagesTaken = metrics.counter("microphone_messages_taken_total", "stage", stage);
        dropped = metrics.counter("microphone_frames_dropped_total", "stage", stage, "reason", "handler_threw");
        for (FrameFault fault : FrameFault.values()) {
            if (fault != FrameFault.NONE) {
                faults.put(
                        fault,
                        metrics.counter("microphone_frame_faults_total", "stage", stage, "reason", fault.label()));
            }
        }
        subscription = aeron.addSubscription(
                channel, aeronStreamId, image -> others.onConnected(image.correlationId()), image -> {
                    goneSessions.offer(image.sessionId());
                    others.onDisconnected(image.correlationId());
                });
    }

    @Override
    public int poll(FrameHandler target, int frameLimit) {
        freeBuffersOfGoneSessions();
        handler = target;
        taken = 0;
        subscription.controlledPoll(assembler, frameLimit);
        rethrow();
        return taken;
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void freeBuffersOfGoneSessions() {
        Integer sessionId = goneSessions.poll();
        while (sessionId != null) {
            assembler.freeSessionBuffer(sessionId);
            sessionId = goneSessions.poll();
        }
    }

    private Action onMessage(DirectBuffer buffer, int offset, int length, Header header) {
        Image image = (Image) header.context();
        if (!others.takesFrom(image.joinPosition())) {
            return Action.ABORT;
        }
        FrameFault fault = frame.decode(buffer, offset, length);
        session = image.correlationId();
        if (fault != FrameFault.NONE && others.onMessage(session, buffer, offset, length)) {
            messagesTaken.incrementRelease();
            return Action.CONTINUE;
        }
        if (fault != FrameFault.NONE) {
            Objects.requireNonNull(faults.get(fault)).incrementRelease();
            messagesTaken.incrementRelease();
            return Action.CONTINUE;
        }
        try {
            if (!handler.onFrame(frame)) {
                return Action.ABORT;
            }
        } catch (RuntimeException | Error e) {
            // Thrown through Aeron's poll it would be swallowed there: stop behind this frame and rethrow outside.
            failure = e;
            dropped.incrementRelease();
            messagesTaken.incrementRelease();
            return Action.BREAK;
        }
        taken++;
        received.incrementRelease();
        messagesTaken.incrementRelease();
        return Action.CONTINUE;
    }

    /** Who sent the frame that the handler has just now: the same number as in {@link OtherMessages}. */
    public long session() {
        return session;
    }

    /** The channel to publish to, with the port that the system chose where the subscription asked for port 0. */
    public @Nullable String resolvedChannel() {
        return subscription.tryResolveChannelEndpointPort();
    }

    public boolean isConnected() {
        return subscription.isConnected();
    }

    @Override
    public void close() {
        CloseHelper.close(subscription);
    }
}
