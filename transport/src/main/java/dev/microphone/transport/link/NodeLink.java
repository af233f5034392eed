package dev.microphone.transport.link;

import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.Header;
import java.util.concurrent.CompletionException;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An agent's connection to one node: frames and hellos go there, answers come back, and both are opened from here, by
 * {@link #poll}.
 *
 * <p>Nothing waits for anybody: a host's name is looked up on a thread of its own, and the media driver opens its sockets on
 * its. Owned by one thread. Allocates nothing per frame and acknowledgement.
 */
public final class NodeLink implements Link {
    /** The label of its counters. */
    public static final String STAGE = "link";

    private final Aeron aeron;
    private final Metrics metrics;
    private final LinkCodec codec = new LinkCodec();
    private final MessageFaults faults;
    private final FragmentAssembler assembler = new FragmentAssembler(this::onMessage);
    /** Null when it has come to its end. */
    private @Nullable LinkOpening opening;

    private @Nullable Subscription answers;
    private @Nullable FramePublisher publisher;
    private @Nullable Throwable refusal;
    private @Nullable AnswerHandler handler;
    private @Nullable RuntimeException failure;

    public NodeLink(Aeron aeron, NodeEndpoint node, Metrics metrics) {
        this(aeron, node, "", metrics);
    }

    /**
     * @param localAddress of this machine to which the answers come, on a socket of this link's own; empty: on one that
     *     the links of this media driver to that node share
     */
    public NodeLink(Aeron aeron, NodeEndpoint node, String localAddress, Metrics metrics) {
        this(aeron, node, localAddress, HostLookup.SYSTEM, metrics);
    }

    NodeLink(Aeron aeron, NodeEndpoint node, String localAddress, HostLookup lookup, Metrics metrics) {
        this.aeron = aeron;
        this.metrics = metrics;
        faults = new MessageFaults(metrics, STAGE);
        opening = new LinkOpening(aeron, node, localAddress, lookup);
    }

    private void open(LinkOpening from) {
        try {
            if (from.advance()) {
                answers = from.answers();
                publisher = new FramePublisher(
                        aeron, from.channel(), NodeChannels.TO_NODE, from.publication(), metrics, STAGE);
                opening = null;
            }
        } catch (CompletionException e) {
            refuse(from, e.getCause() == null ? e : e.getCause());
        } catch (AeronException e) {
            refuse(from, e);
        }
    }

    private void refuse(LinkOpening from, Throwable why) {
        refusal = why;
        opening = null;
        from.abandon();
    }

    @Override
    public @Nullable Throwable refusal() {
        return refusal;
    }

    @Override
    public boolean isConnected() {
        // A process that takes over a dead one's port keeps the way there open, and knows nothing of the way back.
        return publisher != null
                && answers != null
                && publisher.isConnected()
                && answers.isConnected()
                && !publisher.hasOtherReceiver();
    }

    @Override
    public boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
        if (publisher == null) {
            return false;
        }
        int length = codec.hello(stream, epoch, oldestSequence, nextSequence);
        return publisher.send(codec.buffer(), length);
    }

    @Override
    public boolean hasRoom() {
        return publisher != null && publisher.hasRoom();
    }

    @Override
    public boolean onFrame(Frame frame) {
        return publisher != null && publisher.onFrame(frame);
    }

    @Override
    public int poll(AnswerHandler target, int limit) {
        LinkOpening stillOpening = opening;
        if (stillOpening != null) {
            open(stillOpening);
        }
        if (answers == null) {
            return 0;
        }
        handler = target;
        int polled = answers.poll(assembler, limit);
        RuntimeException thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
        return polled;
    }

    private void onMessage(DirectBuffer buffer, int offset, int length, Header header) {
        AnswerHandler target = handler;
        if (target == null) {
            return;
        }
        try {
            faults.count(codec.decodeAnswer(buffer, offset, length, target));
        } catch (RuntimeException e) {
            // Aeron's poll would swallow it.
            failure = e;
        }
    }

    @Override
    public void close() {
        LinkOpening stillOpening = opening;
        if (stillOpening != null) {
            opening = null;
            stillOpening.abandon();
        }
        CloseHelper.closeAll(publisher, answers);
    }
}
