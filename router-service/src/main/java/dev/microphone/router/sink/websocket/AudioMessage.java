package dev.microphone.router.sink.websocket;

import dev.microphone.router.http.Json;
import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

/**
 * What listeners receive: once a text message with the format, then a binary message a frame.
 *
 * <pre>
 *  0  sequence      u64, little-endian
 *  8  capture time  i64, little-endian, ns since the Unix epoch
 * 16  samples       s16le, stereo interleaved
 * </pre>
 */
final class AudioMessage {
    private static final int HEADER_LENGTH = 2 * Long.BYTES;
    /** RFC 6455, section 5.2: final fragment, binary; then a length that takes two more bytes. */
    private static final int FINAL_BINARY = 0x82;

    private static final int LENGTH_IN_NEXT_TWO_BYTES = 126;
    private static final int WEB_SOCKET_HEADER_LENGTH = 4;

    private AudioMessage() {}

    static TextWebSocketFrame hello(String streamName, int frameMillis) {
        return new TextWebSocketFrame(Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("stream", streamName);
            json.writeNumberField("sampleRate", CanonicalAudio.SAMPLE_RATE_HZ);
            json.writeNumberField("channels", CanonicalAudio.CHANNELS);
            json.writeStringField("format", "s16le");
            json.writeNumberField("frameMillis", frameMillis);
            json.writeEndObject();
        }));
    }

    /**
     * A frame as the bytes of a whole WebSocket message, framing included, so that all listeners share them. At most
     * 3,856 bytes of payload and at least 976: the two-byte length always fits.
     */
    static ByteBuf encode(Frame frame) {
        int payloadLength = HEADER_LENGTH + frame.pcmLength();
        ByteBuf message = PooledByteBufAllocator.DEFAULT.directBuffer(WEB_SOCKET_HEADER_LENGTH + payloadLength);
        message.writeByte(FINAL_BINARY).writeByte(LENGTH_IN_NEXT_TWO_BYTES).writeShort(payloadLength);
        message.writeLongLE(frame.sequence()).writeLongLE(frame.captureTimeNs());
        return message.writeBytes(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
    }
}
