package dev.microphone.transport.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.microphone.transport.frame.StreamName;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class LinkCodecTest {
    private static final StreamName NAME = new StreamName("acme/berlin/desk/mic");

    private final LinkCodec codec = new LinkCodec();
    private final List<String> heard = new ArrayList<>();

    private final AnswerHandler answers = new Recorder(heard);
    private final HelloHandler hellos = (session, stream, epoch, oldest, next) ->
            heard.add("hello " + session + " " + stream + " " + epoch + " " + oldest + " " + next);

    private byte[] encoded(int length) {
        byte[] bytes = new byte[length];
        codec.buffer().getBytes(0, bytes);
        return bytes;
    }

    private MessageFault answer(byte[] bytes) {
        return codec.decodeAnswer(new UnsafeBuffer(bytes), 0, bytes.length, answers);
    }

    private MessageFault hello(byte[] bytes) {
        return codec.decodeHello(new UnsafeBuffer(bytes), 0, bytes.length, 9, hellos);
    }

    @Test
    void shouldReadWhatItWrites() {
        assertEquals(MessageFault.NONE, hello(encoded(codec.hello(NAME, 0xffff_ffffL, 17, 40))));
        assertEquals(
                MessageFault.NONE,
                answer(encoded(codec.owner(-5, 7, -1, 3, 5_000, "10.0.0.7:40102/40101", "gain(db=-6),rnnoise"))));
        assertEquals(MessageFault.NONE, answer(encoded(codec.owner(1, 2, 3, 4, 5, "", ""))));
        assertEquals(MessageFault.NONE, answer(encoded(codec.moved(-5, 3, "10.0.0.7:40102/40101"))));
        assertEquals(MessageFault.NONE, answer(encoded(codec.acknowledged(-5, 7, Long.MAX_VALUE, 3))));
        byte[] named = encoded(codec.named(NAME));
        assertEquals(
                MessageFault.NONE,
                codec.decodeNamed(new UnsafeBuffer(named), 0, named.length, stream -> heard.add("named " + stream)));
        assertEquals(
                List.of(
                        "hello 9 acme/berlin/desk/mic 4294967295 17 40",
                        "owner -5 7 -1 3 5000 10.0.0.7:40102/40101 gain(db=-6),rnnoise",
                        "owner 1 2 3 4 5  ",
                        "moved -5 3 10.0.0.7:40102/40101",
                        "acknowledged -5 7 9223372036854775807 3",
                        "named acme/berlin/desk/mic"),
                heard);
    }

    /** The bytes of docs/wire-format.md, with the CRC-32C of another implementation. */
    @Test
    void shouldWriteAnAcknowledgementAsDocumented() {
        byte[] bytes = encoded(codec.acknowledged(0x1122334455667788L, 7, 41, 3));
        assertEquals("1c000500f1120100", HexFormat.of().formatHex(bytes, 0, 8));
        assertEquals(
                "07000000" + "8877665544332211" + "2900000000000000" + "03000000",
                HexFormat.of().formatHex(bytes, 12, 36));
        assertEquals(crc32c(bytes), new UnsafeBuffer(bytes).getInt(8, java.nio.ByteOrder.LITTLE_ENDIAN));
    }

    /** RFC 3720, B.4, bit by bit. */
    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (int i = 0; i < bytes.length; i++) {
            if (i >= 8 && i < 12) {
                continue;
            }
            crc ^= bytes[i] & 0xff;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        return ~crc;
    }

    @Test
    void shouldRefuseAMessageWithAnyBitFlippedOrAnyLengthCut() {
        byte[] good = encoded(codec.owner(-5, 7, -1, 3, 5_000, "10.0.0.7:40102/40101", "rnnoise"));
        for (int bit = 0; bit < good.length * Byte.SIZE; bit++) {
            byte[] bad = good.clone();
            bad[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertNotEquals(MessageFault.NONE, answer(bad), "bit " + bit);
        }
        for (int length = 0; length < good.length; length++) {
            assertNotEquals(MessageFault.NONE, answer(java.util.Arrays.copyOf(good, length)), "length " + length);
        }
        assertNotEquals(MessageFault.NONE, answer(java.util.Arrays.copyOf(good, good.length + 1)));
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldRefuseAHelloForAStreamWhoseIdIsNotItsNames() {
        byte[] forged = encoded(codec.hello(NAME, 1, 0, 0));
        forged[16] ^= 1;
        new UnsafeBuffer(forged).putInt(8, crc32c(forged), java.nio.ByteOrder.LITTLE_ENDIAN);
        assertEquals(MessageFault.FORGED_STREAM, hello(forged));
        byte[] named = encoded(codec.named(NAME));
        named[12] ^= 1;
        new UnsafeBuffer(named).putInt(8, crc32c(named), java.nio.ByteOrder.LITTLE_ENDIAN);
        assertEquals(
                MessageFault.FORGED_STREAM,
                codec.decodeNamed(new UnsafeBuffer(named), 0, named.length, stream -> heard.add("named " + stream)));
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldRefuseValuesOutsideTheirRange() {
        assertEquals(MessageFault.RANGE, hello(encoded(codec.hello(NAME, 1, 5, 4))));
        assertEquals(MessageFault.RANGE, hello(encoded(codec.hello(NAME, 1, -2, 4))));
        assertEquals(MessageFault.RANGE, answer(encoded(codec.owner(1, 1, -2, 1, 1, "", ""))));
        assertEquals(MessageFault.RANGE, answer(encoded(codec.owner(1, 1, 1, 1, 1, "evil|endpoint", ""))));
        assertEquals(MessageFault.RANGE, answer(encoded(codec.moved(1, 1, "nowhere"))));
        assertEquals(MessageFault.RANGE, answer(encoded(codec.acknowledged(1, 1, -2, 1))));
        assertEquals(MessageFault.NOT_A_MESSAGE, hello(encoded(codec.acknowledged(1, 1, 1, 1))));
        assertEquals(MessageFault.NOT_A_MESSAGE, answer(encoded(codec.hello(NAME, 1, 1, 1))));
        assertEquals(List.of(), heard);
    }
}
