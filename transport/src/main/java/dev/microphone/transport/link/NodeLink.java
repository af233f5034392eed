package dev.microphone.transport.link;

import dev.microphone.transport.aeron.FramePublisher;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An agent's connection to one node: frames and hellos go there, answers come back, and both are opened from here.
 *
 * <p>Owned by one thread. Allocates nothing per frame and acknowledgement.
 */
public final class NodeLink implements Link {
    /** The label of its counters. */
    public static final String STAGE = "link";

    private final Subscription answers;
    private final FramePublisher publisher;
    private final LinkCodec codec = new LinkCodec();
    private final MessageFaults faults;
    private final FragmentAssembler assembler = new FragmentAssembler(this::onMessage);
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
        faults = new MessageFaults(metrics, STAGE);
        answers = aeron.addSubscription(NodeChannels.answers(node, localAddress), NodeChannels.TO_AGENT);
        publisher = new FramePublisher(
                aeron, NodeChannels.send(node, answers.registrationId()), NodeChannels.TO_NODE, metrics, STAGE);
    }

    @Override
    public boolean isConnected() {
        // A process that takes over a dead one's port keeps the way there open, and knows nothing of the way back.
        return publisher.isConnected() && answers.isConnected() && !publisher.hasOtherReceiver();
    }

    @Override
    public boolean hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
        int length = codec.hello(stream, epoch, oldestSequence, nextSequence);
        return publisher.send(codec.buffer(), length);
    }

    @Override
    public boolean hasRoom() {
        return publisher.hasRoom();
    }

    @Override
    public boolean onFrame(Frame frame) {
        return publisher.onFrame(frame);
    }

    @Override
    public int poll(AnswerHandler target, int limit) {
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
        CloseHelper.closeAll(publisher, answers);
    }
}
