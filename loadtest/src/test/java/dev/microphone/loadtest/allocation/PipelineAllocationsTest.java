package dev.microphone.loadtest.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;

class PipelineAllocationsTest {
    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);

    /** All stages at once, a plugin in the chain, resampler, gain control and dither at work. */
    @Test
    void shouldAllocateNothingPerFrameOnAnyDataThread() throws Exception {
        Map<String, Double> bytesPerFrame = PipelineAllocations.bytesPerFrame(
                errors, ChainSpec.parse("gain(db=-3)"), List.of(SinkUri.parse("ws:")), 20_000, 20_000);

        assertEquals(PipelineAllocations.ROLES.size(), bytesPerFrame.size());
        bytesPerFrame.forEach((role, bytes) -> assertTrue(bytes < 1, role + ": " + bytes + " bytes a frame"));
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
    }

    /** That the measurement sees what it looks for. */
    @Test
    void shouldSeeWhatAThreadAllocates() throws Exception {
        ThreadAllocations allocations = new ThreadAllocations(Map.of("allocating-", "role"));
        Object[] kept = new Object[1];
        CountDownLatch allocated = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    kept[0] = new byte[1_000_000];
                    allocated.countDown();
                    try {
                        read.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "allocating-1");
        thread.start();
        allocated.await();

        long bytes = allocations.read().getOrDefault("role", 0L);

        read.countDown();
        thread.join();
        assertTrue(bytes >= 1_000_000 && bytes < 1_200_000, bytes + " bytes");
    }
}
