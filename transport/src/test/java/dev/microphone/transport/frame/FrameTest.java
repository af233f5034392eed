package dev.microphone.transport.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameTest {
    /** The diagram of docs/wire-format.md packed by Python's struct, CRC-32C by the bitwise loop of RFC 3720. */
    private static final String GOLDEN_HEADER =
            "28000100f1120100efcdab89674523010700000000000000" + "15cd853dfe9c9717fefffffff000050000000200017225af";

    private static Frame goldenFrame() {
        Frame frame = new Frame()
                .streamId(0x0123456789abcdefL)
                .sequence(7)
                .captureTimeNs(1_700_000_000_123_456_789L)
                .epoch(0xfffffffeL)
                .samplesPerChannel(240)
                .flags(FrameFlags.DUAL_MONO | FrameFlags.GAP_BEFORE)
                .clockQuality(ClockQuality.NTP);
        for (int i = 0; i < 480; i++) {
            frame.buffer().putShort(frame.pcmOffset() + 2 * i, (short) (i / 2 * 100 - 12_000));
        }
        return frame.seal();
    }

    @Test
    void shouldWriteTheGoldenBytes() {
        Frame frame = goldenFrame();

        assertEquals(GOLDEN_HEADER, HexFormat.of().formatHex(frame.bytes(), 0, Frame.HEADER_LENGTH));
        assertEquals(48 + 960, frame.length());
    }

    @Test
    void shouldReadBackEveryFieldOfTheGoldenBytes() {
        Frame sent = goldenFrame();
        Frame frame = new Frame();

        assertEquals(FrameFault.NONE, frame.decode(sent.buffer(), 0, sent.length()));

        assertEquals(0x0123456789abcdefL, frame.streamId());
        assertEquals(7, frame.sequence());
        assertEquals(1_700_000_000_123_456_789L, frame.captureTimeNs());
        assertEquals(0xfffffffeL, frame.epoch());
        assertEquals(240, frame.samplesPerChannel());
        assertTrue(frame.has(FrameFlags.DUAL_MONO));
        assertTrue(frame.has(FrameFlags.GAP_BEFORE));
        assertEquals(0, frame.keyId());
        assertEquals(ClockQuality.NTP, frame.clockQuality());
        assertArrayEquals(Arrays.copyOf(sent.bytes(), sent.length()), Arrays.copyOf(frame.bytes(), frame.length()));
    }

    @ParameterizedTest
    @CsvSource({"5,1008", "10,1968", "20,3888"})
    void shouldHaveTheLengthOfItsDuration(int frameMillis, int lengthBytes) {
        assertEquals(
                lengthBytes,
                new Frame()
                        .samplesPerChannel(CanonicalAudio.samplesPerChannel(frameMillis))
                        .length());
    }

    @Test
    void shouldDetectEverySingleFlippedBit() {
        Frame sent = goldenFrame();
        byte[] bytes = Arrays.copyOf(sent.bytes(), sent.length());
        Frame frame = new Frame();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertNotEquals(FrameFault.NONE, frame.decode(new UnsafeBuffer(bytes), 0, bytes.length), "bit " + bit);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        assertEquals(FrameFault.NONE, frame.decode(new UnsafeBuffer(bytes), 0, bytes.length));
    }

    @Test
    void shouldNameTheFaultOfEveryLengthButTheRightOne() {
        Frame sent = goldenFrame();
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[Frame.MAX_LENGTH + 64]);
        bytes.putBytes(0, sent.bytes(), 0, sent.length());
        Frame frame = new Frame();
        for (int length = 0; length < sent.length(); length++) {
            assertEquals(FrameFault.TRUNCATED, frame.decode(bytes, 0, length), "length " + length);
        }
        for (int length = sent.length() + 1; length <= bytes.capacity(); length++) {
            assertEquals(FrameFault.TRAILING_BYTES, frame.decode(bytes, 0, length), "length " + length);
        }
    }

    @Test
    void shouldNameWrongSchemaTemplateVersionAndDuration() {
        assertEquals(FrameFault.NOT_A_FRAME, decodeWith(2, 99));
        assertEquals(FrameFault.NOT_A_FRAME, decodeWith(4, 99));
        assertEquals(FrameFault.NOT_A_FRAME, decodeWith(0, 41));
        assertEquals(FrameFault.UNSUPPORTED_VERSION, decodeWith(6, 2));
        assertEquals(FrameFault.FRAME_DURATION, decodeWith(36, 239));
        assertEquals(FrameFault.FRAME_DURATION, decodeWith(36, 0xffff));
    }

    private static FrameFault decodeWith(int offset, int value) {
        Frame sent = goldenFrame();
        sent.buffer().putShort(offset, (short) value);
        return new Frame().decode(sent.buffer(), 0, 48 + 960);
    }

    @Test
    void shouldMakeRoomForTheTagWhereThePayloadIsSealed() {
        Frame frame = goldenFrame();
        frame.keyId(3).seal();

        assertEquals(48 + 960 + 16, frame.length());
        assertEquals(FrameFault.NONE, new Frame().decode(frame.buffer(), 0, frame.length()));
        assertEquals(FrameFault.TRUNCATED, new Frame().decode(frame.buffer(), 0, frame.length() - 16));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 239, 441, 961, 70_000})
    void shouldRefuseADurationOfOurOwnThatIsNotAllowed(int samplesPerChannel) {
        assertThrows(IllegalArgumentException.class, () -> new Frame().samplesPerChannel(samplesPerChannel));
    }

    @Test
    void shouldNeitherThrowNorAcceptWhenRandomBytesArrive() {
        Random random = new Random(42);
        Frame frame = new Frame();
        byte[] bytes = new byte[Frame.MAX_LENGTH + 100];
        for (int i = 0; i < 20_000; i++) {
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                System.arraycopy(goldenFrame().bytes(), 0, bytes, 0, random.nextInt(Frame.HEADER_LENGTH - 4));
            }
            assertNotEquals(
                    FrameFault.NONE, frame.decode(new UnsafeBuffer(bytes), 0, random.nextInt(bytes.length + 1)));
        }
    }
}
