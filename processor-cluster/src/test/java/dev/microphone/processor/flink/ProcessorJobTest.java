package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.Chain;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames through the job: bit for bit what the chain makes of them without Flink. */
final class ProcessorJobTest {
    private static final String CHAIN = "eq(low_db=6),compressor,denoise";

    @TempDir
    Path folder;

    private JobUnderTest job;

    @BeforeEach
    void open() throws IOException {
        job = new JobUnderTest(folder);
    }

    @AfterEach
    void close() throws Exception {
        job.close();
    }

    /** What the chain makes of it without Flink. */
    private static List<byte[]> processed(StreamName stream, List<byte[]> frames) throws Exception {
        List<byte[]> all = new ArrayList<>();
        try (Watchdog watchdog = Watchdog.start();
                PluginLibrary library = new PluginLibrary(
                        new PluginSources(null, PluginTrust.ANYONE),
                        PluginLimits.defaults().withFrameBudgetNs(2_000_000_000L),
                        null,
                        watchdog,
                        0,
                        message -> {});
                Chain chain = library.prepare(ChainSpec.parse(CHAIN))
                        .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, new Metrics())) {
            Frame frame = new Frame();
            for (int i = 0; i < frames.size(); i++) {
                frame.streamId(stream.streamId())
                        .epoch(7)
                        .sequence(i)
                        .captureTimeNs(i * 20_000_000L)
                        .flags(0)
                        .samplesPerChannel(960);
                System.arraycopy(frames.get(i), 0, frame.bytes(), frame.pcmOffset(), JobUnderTest.SAMPLES_BYTES);
                chain.process(frame);
                all.add(Arrays.copyOfRange(
                        frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + JobUnderTest.SAMPLES_BYTES));
            }
        }
        return all;
    }

    private void assertAsWithoutFlink(StreamName stream, List<byte[]> frames) throws Exception {
        List<byte[]> expected = processed(stream, frames);
        List<byte[]> found = job.received.get(stream.streamId());
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i), "frame " + i + " of " + stream);
        }
    }

    @Test
    void shouldRestartOneSubtaskAndGoOnBitForBitWhenItsOperatorThrows() throws Exception {
        List<byte[]> lower = JobUnderTest.noise(400, 1);
        List<byte[]> upper = JobUnderTest.noise(400, 2);
        job.start(2, job.settings(CHAIN, 200, 100));
        StreamSender first = job.sender(JobUnderTest.named(0), lower);
        StreamSender second = job.sender(JobUnderTest.named(1), upper);
        first.upTo(200);
        second.upTo(400);
        job.await(() -> job.count(JobUnderTest.named(0)) == 200
                && job.count(JobUnderTest.named(1)) == 400
                && first.acknowledged > 0);
        long attempt = first.attempt;
        int hellos = second.hellos;
        JobUnderTest.POISON.set(200);
        first.upTo(400);
        job.await(() -> job.count(JobUnderTest.named(0)) == 400);
        assertEquals(-1, JobUnderTest.POISON.get());
        assertTrue(first.attempt > attempt, first.attempt + " after " + attempt);
        assertEquals(hellos, second.hellos);
        job.await(() -> first.acknowledged == 399 && second.acknowledged == 399);
        assertAsWithoutFlink(JobUnderTest.named(0), lower);
        assertAsWithoutFlink(JobUnderTest.named(1), upper);
    }
}
