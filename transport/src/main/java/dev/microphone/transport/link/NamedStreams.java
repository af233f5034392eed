package dev.microphone.transport.link;

import dev.microphone.transport.aeron.OtherMessages;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.wire.FillerDecoder;
import dev.microphone.transport.wire.MessageHeaderDecoder;
import dev.microphone.transport.wire.StreamNamedDecoder;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/** A router's ear: learns what streams are called, from the processors that send them. On the polling thread. */
public final class NamedStreams implements OtherMessages {
    private final LinkCodec codec = new LinkCodec();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Consumer<StreamName> learn;
    private final MessageFaults faults;

    /** @param stage the label of the counters */
    public NamedStreams(StreamDirectory names, Metrics metrics, String stage) {
        this.learn = names::learn;
        this.faults = new MessageFaults(metrics, stage);
    }

    /** Who was sending before this router was there begins anew, with what nobody has taken. */
    @Override
    public boolean takesFrom(long position) {
        return position == 0;
    }

    @Override
    public void onConnected(long session) {}

    @Override
    public void onDisconnected(long session) {}

    @Override
    public boolean onMessage(long session, DirectBuffer buffer, int offset, int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            return false;
        }
        header.wrap(buffer, offset);
        if (header.templateId() == FillerDecoder.TEMPLATE_ID) {
            return true;
        }
        if (header.templateId() != StreamNamedDecoder.TEMPLATE_ID) {
            return false;
        }
        faults.count(codec.decodeNamed(buffer, offset, length, learn));
        return true;
    }
}
