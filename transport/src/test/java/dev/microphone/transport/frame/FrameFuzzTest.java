package dev.microphone.transport.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Coverage-guided: whatever arrives, the decoder names a fault, or has read a frame that it writes back unchanged. */
final class FrameFuzzTest {
    @FuzzTest(maxDuration = "10s")
    void shouldSurviveAnyBytes(byte[] bytes) {
        Frame frame = new Frame();
        FrameFault fault = frame.decode(new UnsafeBuffer(bytes), 0, bytes.length);
        if (fault == FrameFault.NONE) {
            assertEquals(bytes.length, frame.length());
            assertArrayEquals(bytes, Arrays.copyOf(frame.seal().bytes(), frame.length()));
        }
    }
}
