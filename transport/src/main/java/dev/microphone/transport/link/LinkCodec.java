package dev.microphone.transport.link;

import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.wire.AcknowledgedDecoder;
import dev.microphone.transport.wire.AcknowledgedEncoder;
import dev.microphone.transport.wire.FillerEncoder;
import dev.microphone.transport.wire.HelloDecoder;
import dev.microphone.transport.wire.HelloEncoder;
import dev.microphone.transport.wire.MessageHeaderDecoder;
import dev.microphone.transport.wire.MessageHeaderEncoder;
import dev.microphone.transport.wire.MovedDecoder;
import dev.microphone.transport.wire.MovedEncoder;
import dev.microphone.transport.wire.OwnerDecoder;
import dev.microphone.transport.wire.OwnerEncoder;
import dev.microphone.transport.wire.StreamNamedDecoder;
import dev.microphone.transport.wire.StreamNamedEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The messages between agents and nodes, in bytes. Layout: docs/wire-format.md. What comes from outside is verified whole
 * before a handler hears of it. One thread; acknowledgements allocate nothing.
 */
final class LinkCodec {
    /** An endpoint and a chain of eight plugins with their parameters, with room to spare. */
    static final int MAX_LENGTH = 4_096;

    private static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    /** The checksum is each message's first field. */
    private static final int CRC_OFFSET = HEADER_LENGTH;

    private static final int BEHIND_CRC = CRC_OFFSET + Integer.BYTES;

    private static final byte[] ZEROS = new byte[4_000];

    private final byte[] outgoing = new byte[MAX_LENGTH];
    private final UnsafeBuffer outgoingBuffer = new UnsafeBuffer(outgoing);
    private final byte[] incoming = new byte[MAX_LENGTH];
    private final UnsafeBuffer incomingBuffer = new UnsafeBuffer(incoming);
    private final CRC32C crc = new CRC32C();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final HelloEncoder helloEncoder = new HelloEncoder();
    private final HelloDecoder hello = new HelloDecoder();
    private final OwnerEncoder ownerEncoder = new OwnerEncoder();
    private final OwnerDecoder owner = new OwnerDecoder();
    private final MovedEncoder movedEncoder = new MovedEncoder();
    private final MovedDecoder moved = new MovedDecoder();
    private final StreamNamedEncoder namedEncoder = new StreamNamedEncoder();
    private final StreamNamedDecoder named = new StreamNamedDecoder();
    private final FillerEncoder fillerEncoder = new FillerEncoder();
    private final AcknowledgedEncoder acknowledgedEncoder = new AcknowledgedEncoder();
    private final AcknowledgedDecoder acknowledged = new AcknowledgedDecoder();

    /** The last message that was encoded. */
    DirectBuffer buffer() {
        return outgoingBuffer;
    }

    /** Into {@link #buffer()}; returns the length, bytes. */
    int hello(StreamName stream, long epoch, long oldestSequence, long nextSequence) {
        helloEncoder
                .wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder)
                .streamId(stream.streamId())
                .epoch(epoch)
                .oldestSequence(oldestSequence)
                .nextSequence(nextSequence);
        byte[] name = stream.value().getBytes(StandardCharsets.UTF_8);
        helloEncoder.putName(name, 0, name.length);
        return seal(helloEncoder.limit());
    }

    int owner(
            long streamId,
            long epoch,
            long coveredSequence,
            long attempt,
            long acknowledgementIntervalMs,
            String endpoint,
            String chain) {
        ownerEncoder
                .wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder)
                .streamId(streamId)
                .epoch(epoch)
                .coveredSequence(coveredSequence)
                .attempt(attempt)
                .acknowledgementIntervalMs(acknowledgementIntervalMs);
        byte[] where = endpoint.getBytes(StandardCharsets.UTF_8);
        byte[] what = chain.getBytes(StandardCharsets.UTF_8);
        ownerEncoder.putEndpoint(where, 0, where.length).putChain(what, 0, what.length);
        return seal(ownerEncoder.limit());
    }

    int moved(long streamId, long attempt, String endpoint) {
        movedEncoder
                .wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder)
                .streamId(streamId)
                .attempt(attempt);
        byte[] where = endpoint.getBytes(StandardCharsets.UTF_8);
        movedEncoder.putEndpoint(where, 0, where.length);
        return seal(movedEncoder.limit());
    }

    int acknowledged(long streamId, long epoch, long coveredSequence, long attempt) {
        acknowledgedEncoder
                .wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder)
                .streamId(streamId)
                .epoch(epoch)
                .coveredSequence(coveredSequence)
                .attempt(attempt);
        return seal(acknowledgedEncoder.limit());
    }

    int named(StreamName stream) {
        namedEncoder.wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder).streamId(stream.streamId());
        byte[] name = stream.value().getBytes(StandardCharsets.UTF_8);
        namedEncoder.putName(name, 0, name.length);
        return seal(namedEncoder.limit());
    }

    int filler() {
        fillerEncoder.wrapAndApplyHeader(outgoingBuffer, 0, headerEncoder).putZeros(ZEROS, 0, ZEROS.length);
        return fillerEncoder.limit();
    }

    private int seal(int length) {
        outgoingBuffer.putInt(CRC_OFFSET, checksum(outgoing, length), ByteOrder.LITTLE_ENDIAN);
        return length;
    }

    private int checksum(byte[] bytes, int length) {
        crc.reset();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(bytes, BEHIND_CRC, length - BEHIND_CRC);
        return (int) crc.getValue();
    }

    /** Takes in what an agent says. */
    MessageFault decodeHello(DirectBuffer source, int offset, int length, long session, HelloHandler handler) {
        MessageFault fault = takeIn(source, offset, length);
        if (fault != MessageFault.NONE) {
            return fault;
        }
        if (header.templateId() != HelloDecoder.TEMPLATE_ID || header.blockLength() != HelloDecoder.BLOCK_LENGTH) {
            return MessageFault.NOT_A_MESSAGE;
        }
        hello.wrapAndApplyHeader(incomingBuffer, 0, header);
        String name = text(length, HelloDecoder.BLOCK_LENGTH, 0);
        if (name == null || textsEnd(HelloDecoder.BLOCK_LENGTH, 1) != length) {
            return MessageFault.LENGTH;
        }
        StreamName stream = StreamName.ofText(name);
        if (stream == null || stream.streamId() != hello.streamId()) {
            return MessageFault.FORGED_STREAM;
        }
        if (hello.oldestSequence() < 0 || hello.nextSequence() < hello.oldestSequence()) {
            return MessageFault.RANGE;
        }
        handler.onHello(session, stream, hello.epoch(), hello.oldestSequence(), hello.nextSequence());
        return MessageFault.NONE;
    }

    /** Takes in what a processor tells a router. */
    MessageFault decodeNamed(DirectBuffer source, int offset, int length, Consumer<StreamName> handler) {
        MessageFault fault = takeIn(source, offset, length);
        if (fault != MessageFault.NONE) {
            return fault;
        }
        if (header.templateId() != StreamNamedDecoder.TEMPLATE_ID
                || header.blockLength() != StreamNamedDecoder.BLOCK_LENGTH) {
            return MessageFault.NOT_A_MESSAGE;
        }
        named.wrapAndApplyHeader(incomingBuffer, 0, header);
        String name = text(length, StreamNamedDecoder.BLOCK_LENGTH, 0);
        if (name == null || textsEnd(StreamNamedDecoder.BLOCK_LENGTH, 1) != length) {
            return MessageFault.LENGTH;
        }
        StreamName stream = StreamName.ofText(name);
        if (stream == null || stream.streamId() != named.streamId()) {
            return MessageFault.FORGED_STREAM;
        }
        handler.accept(stream);
        return MessageFault.NONE;
    }

    /** Takes in what a node says. */
    MessageFault decodeAnswer(DirectBuffer source, int offset, int length, AnswerHandler handler) {
        MessageFault fault = takeIn(source, offset, length);
        if (fault != MessageFault.NONE) {
            return fault;
        }
        return switch (header.templateId()) {
            case OwnerDecoder.TEMPLATE_ID -> decodeOwner(length, handler);
            case MovedDecoder.TEMPLATE_ID -> decodeMoved(length, handler);
            case AcknowledgedDecoder.TEMPLATE_ID -> decodeAcknowledged(length, handler);
            default -> MessageFault.NOT_A_MESSAGE;
        };
    }

    private MessageFault decodeOwner(int length, AnswerHandler handler) {
        if (header.blockLength() != OwnerDecoder.BLOCK_LENGTH) {
            return MessageFault.NOT_A_MESSAGE;
        }
        owner.wrapAndApplyHeader(incomingBuffer, 0, header);
        String endpoint = text(length, OwnerDecoder.BLOCK_LENGTH, 0);
        String chain = text(length, OwnerDecoder.BLOCK_LENGTH, 1);
        if (endpoint == null || chain == null || textsEnd(OwnerDecoder.BLOCK_LENGTH, 2) != length) {
            return MessageFault.LENGTH;
        }
        if (owner.coveredSequence() < -1 || isNoEndpoint(endpoint)) {
            return MessageFault.RANGE;
        }
        handler.onOwner(
                owner.streamId(),
                owner.epoch(),
                owner.coveredSequence(),
                owner.attempt(),
                owner.acknowledgementIntervalMs(),
                endpoint,
                chain);
        return MessageFault.NONE;
    }

    private MessageFault decodeMoved(int length, AnswerHandler handler) {
        if (header.blockLength() != MovedDecoder.BLOCK_LENGTH) {
            return MessageFault.NOT_A_MESSAGE;
        }
        moved.wrapAndApplyHeader(incomingBuffer, 0, header);
        String endpoint = text(length, MovedDecoder.BLOCK_LENGTH, 0);
        if (endpoint == null || textsEnd(MovedDecoder.BLOCK_LENGTH, 1) != length) {
            return MessageFault.LENGTH;
        }
        if (isNoEndpoint(endpoint)) {
            return MessageFault.RANGE;
        }
        handler.onMoved(moved.streamId(), moved.attempt(), endpoint);
        return MessageFault.NONE;
    }

    private MessageFault decodeAcknowledged(int length, AnswerHandler handler) {
        if (header.blockLength() != AcknowledgedDecoder.BLOCK_LENGTH) {
            return MessageFault.NOT_A_MESSAGE;
        }
        acknowledged.wrapAndApplyHeader(incomingBuffer, 0, header);
        if (acknowledged.limit() != length) {
            return MessageFault.LENGTH;
        }
        if (acknowledged.coveredSequence() < -1) {
            return MessageFault.RANGE;
        }
        handler.onAcknowledged(
                acknowledged.streamId(), acknowledged.epoch(), acknowledged.coveredSequence(), acknowledged.attempt());
        return MessageFault.NONE;
    }

    /** Whether it is one of ours and whole. */
    private MessageFault takeIn(DirectBuffer source, int offset, int length) {
        if (length < BEHIND_CRC || length > MAX_LENGTH) {
            return MessageFault.LENGTH;
        }
        source.getBytes(offset, incoming, 0, length);
        header.wrap(incomingBuffer, 0);
        if (header.schemaId() != HelloDecoder.SCHEMA_ID) {
            return MessageFault.NOT_A_MESSAGE;
        }
        if (header.version() != HelloDecoder.SCHEMA_VERSION) {
            return MessageFault.UNSUPPORTED_VERSION;
        }
        if (length < HEADER_LENGTH + header.blockLength()) {
            return MessageFault.LENGTH;
        }
        int told = incomingBuffer.getInt(CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
        return told == checksum(incoming, length) ? MessageFault.NONE : MessageFault.CHECKSUM;
    }

    /** The text of that index behind the block; null when the message is too short for it. */
    private @Nullable String text(int length, int blockLength, int index) {
        int at = HEADER_LENGTH + blockLength;
        for (int i = 0; ; i++) {
            if (at + Short.BYTES > length) {
                return null;
            }
            int textLength = textLength(at);
            if (at + Short.BYTES + textLength > length) {
                return null;
            }
            if (i == index) {
                return new String(incoming, at + Short.BYTES, textLength, StandardCharsets.UTF_8);
            }
            at += Short.BYTES + textLength;
        }
    }

    private int textsEnd(int blockLength, int texts) {
        int at = HEADER_LENGTH + blockLength;
        for (int i = 0; i < texts; i++) {
            at += Short.BYTES + textLength(at);
        }
        return at;
    }

    private int textLength(int at) {
        return Short.toUnsignedInt(incomingBuffer.getShort(at, ByteOrder.LITTLE_ENDIAN));
    }

    private static boolean isNoEndpoint(String endpoint) {
        if (endpoint.isEmpty()) {
            return false;
        }
        try {
            NodeEndpoint.parse(endpoint);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
