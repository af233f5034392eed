package dev.microphone.transport.link;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Any bytes behind a right checksum are a message or are refused; nothing is thrown. */
final class LinkCodecFuzzTest {
    private static final AnswerHandler NOBODY = new Recorder(new java.util.ArrayList<>());

    @FuzzTest(maxDuration = "10s")
    void shouldSurviveAnyFieldsBehindARightChecksum(byte[] bytes) {
        byte[] sealed = Arrays.copyOf(bytes, Math.max(12, bytes.length));
        sealed[4] = (byte) 0xf1;
        sealed[5] = 0x12;
        sealed[6] = 1;
        sealed[7] = 0;
        CRC32C crc = new CRC32C();
        crc.update(sealed, 0, 8);
        crc.update(sealed, 12, sealed.length - 12);
        UnsafeBuffer buffer = new UnsafeBuffer(sealed);
        buffer.putInt(8, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
        LinkCodec codec = new LinkCodec();
        codec.decodeAnswer(buffer, 0, sealed.length, NOBODY);
        codec.decodeNamed(buffer, 0, sealed.length, stream -> {});
        codec.decodeHello(buffer, 0, sealed.length, 1, (session, stream, epoch, oldest, next) -> {});
    }
}
