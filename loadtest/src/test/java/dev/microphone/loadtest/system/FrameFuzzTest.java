package dev.microphone.loadtest.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.loadtest.stages.Stages;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed frames that say anything a sealed frame can say, through all stages: each is delivered or counted. */
class FrameFuzzTest {
    private static final int FRAMES = 200;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int[] SAMPLES_PER_CHANNEL = {240, 480, 960};

    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
    private final Frame frame = new Frame();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldDeliverOrCountEveryFrameWhateverItSays(long seed) throws Exception {
        try (Stages stages = Stages.start(
                errors, ChainSpec.parse("gain(db=-3)"), List.of(SinkUri.parse("ws:")), UnaryOperator.identity())) {
            Random random = new Random(seed);
            for (int i = 0; i < FRAMES; i++) {
                randomise(random);
                await(() -> stages.entry().onFrame(frame));
            }
            Metrics metrics = stages.metrics();
            await(() -> of(metrics, "microphone_frames_received_total", "processor") == FRAMES);
            await(() -> of(metrics, "microphone_frames_published_total", "processor")
                            + of(metrics, "microphone_frames_dropped_total", "processor")
                    == FRAMES);
            long forwarded = of(metrics, "microphone_frames_published_total", "processor");
            await(() -> of(metrics, "microphone_frames_received_total", "router") == forwarded);

            assertEquals(
                    forwarded,
                    of(metrics, "microphone_frames_processed_total", "router")
                            + of(metrics, "microphone_reference_frames_total", "router")
                            + of(metrics, "microphone_frames_dropped_total", "router"));
            assertTrue(of(metrics, "microphone_frames_processed_total", "router") > 0);
        }
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
    }

    private void randomise(Random random) {
        frame.samplesPerChannel(SAMPLES_PER_CHANNEL[random.nextInt(SAMPLES_PER_CHANNEL.length)]);
        for (int i = 0; i < frame.pcmLength(); i++) {
            frame.bytes()[frame.pcmOffset() + i] = (byte) random.nextInt();
        }
        frame.streamId(random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(3))
                .epoch(random.nextInt(4) == 0 ? random.nextInt() & 0xffff_ffffL : random.nextInt(3))
                .sequence(random.nextInt(4) == 0 ? random.nextLong() >>> 1 : random.nextInt(2_000))
                .captureTimeNs(random.nextLong())
                .clockQuality(ClockQuality.values()[random.nextInt(ClockQuality.values().length)])
                .flags(random.nextInt() & 0xffff)
                .keyId(random.nextInt(8) == 0 ? 1 + random.nextInt(100) : 0);
    }

    /** The sum over that stage's counters of that name. */
    private static long of(Metrics metrics, String name, String stage) {
        return metrics.entries().stream()
                .filter(entry -> entry.name().equals(name)
                        && stage.equals(entry.labels().get("stage"))
                        && !entry.labels().containsKey("sink"))
                .mapToLong(entry -> entry.counter().get())
                .sum();
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "not reached within 30 s");
            Thread.onSpinWait();
        }
    }
}
