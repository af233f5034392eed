package dev.microphone.transport.frame;

import dev.microphone.transport.wire.FrameHeaderDecoder;
import dev.microphone.transport.wire.FrameHeaderEncoder;
import dev.microphone.transport.wire.MessageHeaderDecoder;
import dev.microphone.transport.wire.MessageHeaderEncoder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One block of canonical audio with its header, in the bytes in which it travels. Layout: docs/wire-format.md.
 *
 * <p>Mutable and reused: each stage owns one, and no stage allocates per frame. Owned by one thread at a time.
 */
public final class Frame {
    /** Eight bytes of SBE message header and the forty of ours. */
    public static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + FrameHeaderEncoder.BLOCK_LENGTH;

    public static final int MAX_PCM_LENGTH = CanonicalAudio.MAX_SAMPLES_PER_CHANNEL * CanonicalAudio.BLOCK_LENGTH;
    /** Behind a sealed payload. */
    public static final int TAG_LENGTH = 16;

    public static final int MAX_LENGTH = HEADER_LENGTH + MAX_PCM_LENGTH + TAG_LENGTH;

    /** On the wire it is a u32. */
    public static final long MAX_EPOCH = 0xffff_ffffL;

    private static final int CRC_OFFSET =
            MessageHeaderEncoder.ENCODED_LENGTH + FrameHeaderEncoder.crc32cEncodingOffset();

    private final byte[] bytes = new byte[MAX_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final MessageHeaderEncoder messageHeaderEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder messageHeaderDecoder = new MessageHeaderDecoder();
    private final FrameHeaderEncoder encoder = new FrameHeaderEncoder();
    private final FrameHeaderDecoder decoder = new FrameHeaderDecoder();
    private final CRC32C crc = new CRC32C();

    public Frame() {
        encoder.wrapAndApplyHeader(buffer, 0, messageHeaderEncoder);
        messageHeaderDecoder.wrap(buffer, 0);
        decoder.wrapAndApplyHeader(buffer, 0, messageHeaderDecoder);
        samplesPerChannel(CanonicalAudio.MAX_SAMPLES_PER_CHANNEL);
    }

    /**
     * Takes in bytes from outside and verifies them.
     *
     * @return {@link FrameFault#NONE}, or why they are not a frame; this frame's content is then undefined
     */
    public FrameFault decode(DirectBuffer source, int offset, int length) {
        if (length < HEADER_LENGTH) {
            return FrameFault.TRUNCATED;
        }
        if (length > MAX_LENGTH) {
            return FrameFault.TRAILING_BYTES;
        }
        source.getBytes(offset, bytes, 0, length);
        if (messageHeaderDecoder.schemaId() != FrameHeaderDecoder.SCHEMA_ID
                || messageHeaderDecoder.templateId() != FrameHeaderDecoder.TEMPLATE_ID) {
            return FrameFault.NOT_A_FRAME;
        }
        if (messageHeaderDecoder.version() != FrameHeaderDecoder.SCHEMA_VERSION) {
            return FrameFault.UNSUPPORTED_VERSION;
        }
        if (messageHeaderDecoder.blockLength() != FrameHeaderDecoder.BLOCK_LENGTH) {
            return FrameFault.NOT_A_FRAME;
        }
        int samplesPerChannel = decoder.samplesPerChannel();
        if (samplesPerChannel != 240 && samplesPerChannel != 480 && samplesPerChannel != 960) {
            return FrameFault.FRAME_DURATION;
        }
        if (decoder.sequence() < 0) {
            return FrameFault.SEQUENCE_RANGE;
        }
        if (length != length()) {
            return length < length() ? FrameFault.TRUNCATED : FrameFault.TRAILING_BYTES;
        }
        return checksum(length) == decoder.crc32c() ? FrameFault.NONE : FrameFault.CHECKSUM;
    }

    /** Writes the checksum; call it last, before the bytes leave. */
    public Frame seal() {
        encoder.crc32c(checksum(length()));
        return this;
    }

    /** Becomes a copy of another frame. */
    public Frame copyFrom(Frame other) {
        System.arraycopy(other.bytes, 0, bytes, 0, other.length());
        return this;
    }

    /** Becomes a copy of a frame's bytes that were verified before. */
    public Frame copyFrom(DirectBuffer source, int offset) {
        source.getBytes(offset, bytes, 0, HEADER_LENGTH);
        source.getBytes(offset + HEADER_LENGTH, bytes, HEADER_LENGTH, length() - HEADER_LENGTH);
        return this;
    }

    private long checksum(int length) {
        crc.reset();
        crc.update(bytes, 0, CRC_OFFSET);
        crc.update(bytes, HEADER_LENGTH, length - HEADER_LENGTH);
        return crc.getValue();
    }

    /** The frame's bytes, of which the first {@link #length()} count. */
    public byte[] bytes() {
        return bytes;
    }

    /** The same bytes as a buffer. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Header, payload, and tag where the payload is sealed; bytes. */
    public int length() {
        return HEADER_LENGTH + pcmLength() + (keyId() == 0 ? 0 : TAG_LENGTH);
    }

    /** Where the samples begin in {@link #bytes()}. */
    public int pcmOffset() {
        return HEADER_LENGTH;
    }

    /** Bytes of samples: 960, 1,920 or 3,840. */
    public int pcmLength() {
        return decoder.samplesPerChannel() * CanonicalAudio.BLOCK_LENGTH;
    }

    public long streamId() {
        return decoder.streamId();
    }

    public Frame streamId(long streamId) {
        encoder.streamId(streamId);
        return this;
    }

    /** From 0 in each epoch, one more a frame. */
    public long sequence() {
        return decoder.sequence();
    }

    public Frame sequence(long sequence) {
        encoder.sequence(sequence);
        return this;
    }

    /** Of the first sample, ns since the Unix epoch. */
    public long captureTimeNs() {
        return decoder.captureTimeNs();
    }

    public Frame captureTimeNs(long captureTimeNs) {
        encoder.captureTimeNs(captureTimeNs);
        return this;
    }

    /** One run of the source; unsigned 32-bit. */
    public long epoch() {
        return decoder.epoch();
    }

    public Frame epoch(long epoch) {
        encoder.epoch(epoch);
        return this;
    }

    /** 240, 480 or 960. */
    public int samplesPerChannel() {
        return decoder.samplesPerChannel();
    }

    public Frame samplesPerChannel(int samplesPerChannel) {
        if (samplesPerChannel != 240 && samplesPerChannel != 480 && samplesPerChannel != 960) {
            throw new IllegalArgumentException(
                    samplesPerChannel + " samples per channel: allowed are 240, 480 and 960 (5, 10 and 20 ms)");
        }
        encoder.samplesPerChannel(samplesPerChannel);
        return this;
    }

    /** Bits of {@link FrameFlags}. */
    public int flags() {
        return decoder.flags();
    }

    public Frame flags(int flags) {
        encoder.flags(flags);
        return this;
    }

    public boolean has(int flag) {
        return (decoder.flags() & flag) != 0;
    }

    /** 0: the payload is plain. */
    public int keyId() {
        return decoder.keyId();
    }

    public Frame keyId(int keyId) {
        encoder.keyId(keyId);
        return this;
    }

    public ClockQuality clockQuality() {
        return ClockQuality.of(decoder.clockQuality());
    }

    public Frame clockQuality(ClockQuality quality) {
        encoder.clockQuality(quality.wireValue());
        return this;
    }
}
