package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PluginVersion;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.schemas.event.PluginSuspended;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A version of a plugin that begins to hang stalls the thread for a few streams, and not for each of them anew. All streams
 * are on one thread. The plugin inverts frames, but hangs on those that begin with {@link TestPlugins#MARKER}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingVersionTest {
    private static final int STREAMS = 200;
    private static final int WORD = 1_000_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000L);

    /** Two faults on a stream leave the plugin out there, time-outs on five streams within 10 s everywhere. */
    private static final FaultPolicy POLICY = new FaultPolicy(2, 60 * SECOND_NS, 5, 10 * SECOND_NS);

    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();
    private final PluginLibrary library = new PluginLibrary(
            named -> TestPlugins.spinsOnMarkerAndTakesParameters(), LIMITS, null, watchdog, 0, text -> {});
    private final Deque<Frame> arriving = new ArrayDeque<>();
    private final List<Frame> delivered = new ArrayList<>();
    private final List<ControlEvent> events = new ArrayList<>();
    private final Map<Long, Long> sequences = new HashMap<>();
    private long nowNs;

    @AfterEach
    void stop() {
        library.close();
        watchdog.close();
    }

    private ProcessorAgent agent(PluginSpec... plugins) {
        List<PreparedChain> chains = new ArrayList<>();
        for (PluginSpec plugin : plugins) {
            chains.add(prepare(plugin));
        }
        return new ProcessorAgent(
                "0",
                this::poll,
                frame -> delivered.add(new Frame().copyFrom(frame)),
                streamId -> chains.get((int) streamId % chains.size()),
                events::add,
                new ProcessorSettings(1_000, 60 * SECOND_NS, 16, POLICY),
                watchdog,
                metrics,
                () -> nowNs);
    }

    private PreparedChain prepare(PluginSpec plugin) {
        try {
            return library.prepare(new ChainSpec(List.of(plugin)));
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessorAgent hangingAgent() {
        ProcessorAgent agent = agent(new PluginSpec("odd", Map.of()));
        replace(TestPlugins.spinsOnMarker());
        return agent;
    }

    private void replace(byte[] wasm) {
        try {
            assertTrue(library.replace("odd", new PluginVersion(wasm, "a test", ""))
                    .isPresent());
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private int poll(FrameHandler handler, int limit) {
        int taken = 0;
        while (taken < limit && !arriving.isEmpty() && handler.onFrame(arriving.getFirst())) {
            arriving.removeFirst();
            taken++;
        }
        return taken;
    }

    /** A frame of each stream, all with the same words. */
    private void run(ProcessorAgent agent, LongStream streams, int word) {
        streams.forEach(streamId -> {
            Frame frame = new Frame()
                    .streamId(streamId)
                    .epoch(1)
                    .sequence(sequences.merge(streamId, 1L, Long::sum) - 1)
                    .samplesPerChannel(240);
            for (int i = 0; i < frame.pcmLength(); i += Integer.BYTES) {
                frame.buffer().putInt(frame.pcmOffset() + i, word);
            }
            arriving.add(frame);
        });
        delivered.clear();
        int frames = arriving.size();
        int work = agent.doWork();
        while (work > 0) {
            work = agent.doWork();
        }
        assertEquals(frames, delivered.size(), "no frame is missing");
    }

    private void assertAllAre(int word) {
        for (Frame frame : delivered) {
            for (int i = 0; i < frame.pcmLength(); i += Integer.BYTES) {
                assertEquals(word, frame.buffer().getInt(frame.pcmOffset() + i), "stream " + frame.streamId());
            }
        }
    }

    private static LongStream all() {
        return LongStream.range(0, STREAMS);
    }

    private long timeOuts() {
        return metrics.counter("microphone_plugin_errors_total", "plugin", "odd", "reason", "time_limit")
                .get();
    }

    private long leftOut() {
        return metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "odd")
                .get();
    }

    private long suspensions() {
        return metrics.counter("microphone_plugin_suspensions_total", "plugin", "odd")
                .get();
    }

    private List<PluginSuspended> suspended() {
        return events.stream()
                .filter(PluginSuspended.class::isInstance)
                .map(PluginSuspended.class::cast)
                .toList();
    }

    @Test
    void shouldStallForAFewStreamsWhenAVersionBeginsToHangOnAll() {
        ProcessorAgent agent = hangingAgent();
        run(agent, all(), WORD);
        assertAllAre(~WORD);

        for (int i = 0; i < 10; i++) {
            run(agent, all(), TestPlugins.MARKER);
            assertAllAre(TestPlugins.MARKER);
        }

        assertEquals(5, timeOuts(), "stalls of " + STREAMS + " streams");
        assertEquals(STREAMS, leftOut());
        assertEquals(1, suspensions());
        assertEquals(
                List.of(new PluginSuspended(
                        "odd", PluginModule.digestOf(TestPlugins.spinsOnMarker()), "time_limit", 5, 10_000)),
                suspended());
        assertEquals(
                List.of(false, false, false, false, true),
                events.stream()
                        .filter(PluginFaulted.class::isInstance)
                        .map(event -> ((PluginFaulted) event).bypassed())
                        .toList());
        assertTrue(library.statuses().get(0).suspended());
    }

    @Test
    void shouldKeepAVersionOutOfStreamsThatBeginLater() {
        ProcessorAgent agent = hangingAgent();
        run(agent, LongStream.range(0, 5), TestPlugins.MARKER);
        run(agent, LongStream.range(0, 5), TestPlugins.MARKER);
        assertEquals(5, timeOuts());

        run(agent, LongStream.range(100, 120), TestPlugins.MARKER);
        run(agent, LongStream.range(100, 120), WORD);

        assertAllAre(WORD);
        assertEquals(5, timeOuts());
        assertEquals(25, leftOut());
    }

    @Test
    void shouldGoOnEverywhereWithAnotherVersion() {
        ProcessorAgent agent = hangingAgent();
        run(agent, all(), TestPlugins.MARKER);
        run(agent, all(), WORD);
        assertAllAre(WORD);
        assertEquals(STREAMS, leftOut());

        replace(TestPlugins.inverts());
        run(agent, all(), WORD);

        assertAllAre(~WORD);
        assertEquals(0, leftOut());
    }

    @Test
    void shouldGoOnEverywhereWithAFullBudgetWhenSomeoneResumes() {
        ProcessorAgent agent = hangingAgent();
        run(agent, all(), TestPlugins.MARKER);
        run(agent, all(), WORD);
        assertAllAre(WORD);

        assertEquals(STREAMS, library.resume("odd").stages());
        run(agent, all(), WORD);
        assertAllAre(~WORD);
        assertEquals(0, leftOut());

        run(agent, LongStream.range(0, 4), TestPlugins.MARKER);
        assertEquals(1, suspensions());
        run(agent, LongStream.range(0, 5), TestPlugins.MARKER);
        assertEquals(2, suspensions());
    }

    @Test
    void shouldLeaveAPluginOutOfThoseStreamsAloneOnWhoseSoundItHangs() {
        ProcessorAgent agent = hangingAgent();

        for (int i = 0; i < 5; i++) {
            run(agent, LongStream.range(0, 4), TestPlugins.MARKER);
        }
        run(agent, LongStream.range(4, STREAMS), WORD);

        assertAllAre(~WORD);
        assertEquals(4L * POLICY.maxFaults(), timeOuts());
        assertEquals(4, leftOut());
        assertEquals(List.of(), suspended());
    }

    @Test
    void shouldNotCountStreamsTogetherThatFailFarApart() {
        ProcessorAgent agent = hangingAgent();

        for (int i = 0; i < 10; i++) {
            run(agent, LongStream.of(i), TestPlugins.MARKER);
            nowNs += 5 * SECOND_NS;
        }

        assertEquals(10, timeOuts());
        assertEquals(List.of(), suspended());
    }

    @Test
    void shouldCountStreamsTogetherWhateverTheirParametersAreButNotWhateverTheirLimits() {
        PluginSpec strict = new PluginSpec("odd", Map.of()).withLimits(LIMITS.withFrameBudgetNs(10_000_000));
        ProcessorAgent agent =
                agent(new PluginSpec("odd", Map.of()), strict, new PluginSpec("odd", Map.of("tone", "1")), strict);

        run(agent, LongStream.of(0, 2, 4, 6, 8), TestPlugins.MARKER);
        run(agent, LongStream.of(12, 14), WORD);
        assertAllAre(WORD);
        run(agent, LongStream.of(1, 3, 5, 7), WORD);

        assertAllAre(~WORD);
        assertEquals(1, suspensions());
    }
}
