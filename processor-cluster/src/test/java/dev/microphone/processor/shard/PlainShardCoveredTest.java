package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.microphone.processor.ProcessorAgent;
import dev.microphone.processor.ProcessorSettings;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayDeque;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node without Flink remembers of streams. */
final class PlainShardCoveredTest {
    private static final long STREAM = 42;
    private static final long SECOND_NS = 1_000_000_000L;

    private final CachedNanoClock clock = new CachedNanoClock();
    private final Watchdog watchdog = Watchdog.start();
    private final PluginLibrary library = new PluginLibrary(
            new PluginSources(null, PluginTrust.ANYONE), PluginLimits.defaults(), null, watchdog, 0, message -> {});
    private final ArrayDeque<Frame> arriving = new ArrayDeque<>();
    private final PlainShard.Covered covered = new PlainShard.Covered();
    private ProcessorAgent processor;

    @BeforeEach
    void open() throws Exception {
        PreparedChain none = library.prepare(ChainSpec.parse("none"));
        processor = new ProcessorAgent(
                "0",
                this::poll,
                frame -> true,
                streamId -> none,
                ControlEventListener.NONE,
                ProcessorSettings.defaults(),
                watchdog,
                new Metrics(),
                clock);
        covered.by(processor);
    }

    @AfterEach
    void close() {
        processor.onClose();
        library.close();
        watchdog.close();
    }

    private int poll(FrameHandler handler, int limit) {
        int taken = 0;
        while (taken < limit && !arriving.isEmpty()) {
            handler.onFrame(arriving.remove());
            taken++;
        }
        return taken;
    }

    private void take(long epoch, long sequence, int flags) {
        arriving.add(new Frame()
                .streamId(STREAM)
                .epoch(epoch)
                .sequence(sequence)
                .samplesPerChannel(960)
                .flags(flags)
                .seal());
        work(0);
    }

    private void work(long seconds) {
        for (long i = 0; i <= seconds; i++) {
            processor.doWork();
            covered.noteAll(clock.nanoTime());
            clock.advance(SECOND_NS);
        }
    }

    @Test
    void shouldRememberWhereAStreamStoodWhenItsSessionIsGoneAndForgetItAnHourLater() {
        assertEquals(-1, covered.coveredEpoch(STREAM));
        take(7, 0, 0);
        take(7, 1, FrameFlags.END_OF_STREAM);
        work(10);
        assertNull(processor.sessionOf(STREAM));
        assertEquals(7, covered.coveredEpoch(STREAM));
        assertEquals(1, covered.coveredSequence(STREAM));
        work(3_500);
        assertEquals(7, covered.coveredEpoch(STREAM));
        work(100);
        assertEquals(-1, covered.coveredEpoch(STREAM));
    }

    @Test
    void shouldSayWhereTheSessionStandsWhileThereIsOne() {
        take(7, 0, FrameFlags.END_OF_STREAM);
        work(10);
        take(8, 0, 0);
        take(8, 1, 0);
        assertEquals(8, covered.coveredEpoch(STREAM));
        assertEquals(1, covered.coveredSequence(STREAM));
    }
}
