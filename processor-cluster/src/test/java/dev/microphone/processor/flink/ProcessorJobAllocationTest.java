package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames through the job leave no garbage, once C2 has compiled it: Flink's {@code SinkWriterOperator.processElement} gives
 * its check a varargs array of 24 bytes for each element, which C2 finds to be unused and C1 does not.
 */
final class ProcessorJobAllocationTest {
    @TempDir
    Path folder;

    private JobUnderTest job;

    @BeforeEach
    void open() throws IOException {
        // With -Dtest Maven runs it in the other tests' JVM, too.
        Assumptions.assumeFalse(
                ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-XX:TieredStopAtLevel=1"),
                "a JVM without C2");
        job = new JobUnderTest(folder);
    }

    @AfterEach
    void close() throws Exception {
        if (job != null) {
            job.close();
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() throws Exception {
        job.start(1, job.settings("gain", 600_000, 600_000));
        List<byte[]> frames = new AbstractList<>() {
            private final byte[] samples = JobUnderTest.noise(1, 3).get(0);

            @Override
            public byte[] get(int index) {
                return samples;
            }

            @Override
            public int size() {
                return 1_000_000;
            }
        };
        StreamSender many = job.sender(JobUnderTest.named(1), frames);
        many.upTo(20_000);
        long[] seen = new long[1];
        job.awaitFrames(seen, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Source: agents"))
                .findFirst()
                .orElseThrow()
                .threadId();
        double least = Double.MAX_VALUE;
        for (int round = 1; round <= 10; round++) {
            long goal = 20_000 + round * 2_000L;
            many.upTo((int) goal);
            long before = threads.getThreadAllocatedBytes(id);
            job.awaitFrames(seen, goal);
            least = Math.min(least, (threads.getThreadAllocatedBytes(id) - before) / 2_000.0);
        }
        assertTrue(least < 1, least + " bytes a frame");
    }
}
