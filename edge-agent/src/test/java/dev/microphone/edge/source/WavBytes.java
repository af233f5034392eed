package dev.microphone.edge.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds WAV files, right and wrong, chunk by chunk. */
final class WavBytes {
    private static final byte[] GUID_TAIL = {
        0, 0, 0, 0, 0x10, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
    };

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static WavBytes riff() {
        return riff("RIFF", 0xFFFF_FFFFL);
    }

    static WavBytes riff(String id, long length) {
        WavBytes wav = new WavBytes();
        wav.text(id).u32(length).text("WAVE");
        return wav;
    }

    /** One channel of 16 bits at 8 kHz. */
    static WavBytes simple() {
        return riff().format(1, 1, 8_000, 2, 16);
    }

    WavBytes format(int tag, int channels, int rateHz, int blockAlign, int bits) {
        return text("fmt ").u32(16).formatFields(tag, channels, rateHz, blockAlign, bits);
    }

    WavBytes extensible(int subTag, int channels, int rateHz, int blockAlign, int bits, int validBits, int mask) {
        text("fmt ").u32(40).formatFields(0xFFFE, channels, rateHz, blockAlign, bits);
        u16(22).u16(validBits).u32(mask).u16(subTag);
        return raw(GUID_TAIL);
    }

    private WavBytes formatFields(int tag, int channels, int rateHz, int blockAlign, int bits) {
        return u16(tag).u16(channels)
                .u32(rateHz)
                .u32((long) rateHz * blockAlign)
                .u16(blockAlign)
                .u16(bits);
    }

    /** With the pad byte behind an odd length. */
    WavBytes chunk(String id, byte... content) {
        text(id).u32(content.length).raw(content);
        return content.length % 2 == 0 ? this : raw(new byte[1]);
    }

    WavBytes data(long statedLength, byte... content) {
        return text("data").u32(statedLength).raw(content);
    }

    WavBytes ds64(long riffLength, long dataLength) {
        return text("ds64").u32(28).u64(riffLength).u64(dataLength).u64(0).u32(0);
    }

    WavBytes text(String text) {
        return raw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    WavBytes raw(byte... content) {
        bytes.writeBytes(content);
        return this;
    }

    WavBytes u16(int value) {
        return raw((byte) value, (byte) (value >> 8));
    }

    WavBytes u32(long value) {
        return raw(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array());
    }

    WavBytes u64(long value) {
        return raw(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    byte[] build() {
        return bytes.toByteArray();
    }
}
