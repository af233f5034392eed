package dev.microphone.transport.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** The checksum stops a fuzzer at the door: here it is made right, so that the fields behind it are reached. */
final class FrameFieldsFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void shouldSurviveAnyFieldsBehindARightChecksum(byte[] bytes) {
        Frame sealed = new Frame();
        System.arraycopy(bytes, 0, sealed.bytes(), 0, Math.min(bytes.length, Frame.MAX_LENGTH));
        int declaredLength = sealed.length();
        if (declaredLength > Frame.MAX_LENGTH) {
            assertNotEquals(FrameFault.NONE, new Frame().decode(sealed.buffer(), 0, Frame.MAX_LENGTH));
            return;
        }
        sealed.seal();
        Frame frame = new Frame();
        if (frame.decode(sealed.buffer(), 0, declaredLength) == FrameFault.NONE) {
            assertArrayEquals(
                    Arrays.copyOf(sealed.bytes(), declaredLength),
                    Arrays.copyOf(frame.seal().bytes(), frame.length()));
        }
    }
}
