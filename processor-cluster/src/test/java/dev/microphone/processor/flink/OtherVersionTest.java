package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State that another version of Microphone has written. */
final class OtherVersionTest {
    private static final long STREAM = 42;

    private final Map<Long, byte[]> stored = new HashMap<>();
    private final List<String> errors = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private final Watchdog watchdog = Watchdog.start();
    private final PluginLibrary library = new PluginLibrary(
            new PluginSources(null, PluginTrust.ANYONE), PluginLimits.defaults(), null, watchdog, 0, message -> {});
    private ShardStreams streams;

    @BeforeEach
    void open() throws Exception {
        var none = library.prepare(ChainSpec.parse("none"));
        streams = new ShardStreams(
                new SessionStore() {
                    @Override
                    public byte @Nullable [] read(long streamId) {
                        return stored.get(streamId);
                    }

                    @Override
                    public void write(long streamId, byte[] session) {
                        stored.put(streamId, session);
                    }

                    @Override
                    public void clear(long streamId) {
                        stored.remove(streamId);
                    }
                },
                streamId -> none.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics),
                new ShardStreams.Downstream() {
                    @Override
                    public @Nullable String routerOf(long streamId) {
                        return null;
                    }

                    @Override
                    public long position(long streamId) {
                        return -1;
                    }

                    @Override
                    public boolean isTaken(long streamId, String router, long position) {
                        return false;
                    }

                    @Override
                    public void pushThrough(long streamId) {}
                },
                1_000_000_000L,
                ControlEventListener.NONE,
                metrics,
                "0",
                error -> errors.add(String.valueOf(error.getMessage())),
                0);
    }

    @AfterEach
    void close() {
        streams.close();
        library.close();
        watchdog.close();
    }

    private boolean take(long sequence) {
        Frame frame = new Frame();
        frame.streamId(STREAM)
                .epoch(7)
                .sequence(sequence)
                .captureTimeNs(sequence * 20_000_000L)
                .flags(0)
                .samplesPerChannel(960);
        return streams.onFrame(frame, 0);
    }

    private long rejected() {
        return metrics.counter("microphone_snapshots_total", "processor", "0", "result", "rejected")
                .get();
    }

    @Test
    void shouldBeginTheChainAnewAtTheStreamsPlace() {
        byte[] later = StoredSession.of(7, 99, new byte[10]);
        later[0] = 2;
        stored.put(STREAM, later);
        streams.remember(STREAM, 0);
        assertEquals(7, streams.coveredEpoch(STREAM));
        assertEquals(99, streams.coveredSequence(STREAM));
        assertFalse(take(99), "it had that one already");
        assertTrue(take(100));
        assertEquals(1, rejected());
        assertTrue(errors.get(0).contains("version 2"), errors.toString());
    }

    @Test
    void shouldBeginAnewWhereItDoesNotSayWhereTheStreamStood() {
        stored.put(STREAM, new byte[] {9, 9, 9});
        streams.remember(STREAM, 0);
        assertEquals(-1, streams.coveredEpoch(STREAM));
        assertTrue(take(0));
        assertEquals(1, rejected());
        assertEquals(Map.of(), stored);
        assertTrue(errors.get(0).contains("3 bytes"), errors.toString());
    }
}
