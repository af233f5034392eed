package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginStatus;
import dev.microphone.processor.chain.PluginVersion;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plugins are replaced, resumed and assigned while streams run: between two frames, and no frame is missed. */
class HotSwapTest {
    private static final int STREAMS = 200;
    private static final int SWAPS = 22;
    private static final int WARM_UP_FRAMES = 200;

    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();
    private final PluginLibrary library = new PluginLibrary(
            spec -> adds(1),
            PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L),
            null,
            watchdog,
            WARM_UP_FRAMES,
            text -> {});
    private final Map<Long, PreparedChain> chains = new ConcurrentHashMap<>();

    @AfterEach
    void stop() {
        library.close();
        watchdog.close();
    }

    private static byte[] adds(int value) {
        return TestPlugins.adds(value);
    }

    private static PluginVersion version(int value) {
        return new PluginVersion(adds(value), "a test", "");
    }

    private PreparedChain prepare(String chain) {
        try {
            return library.prepare(ChainSpec.parse(chain));
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private ProcessorAgent agent(FrameSource source, FrameHandler downstream, PreparedChain chain) {
        return new ProcessorAgent(
                "swap",
                source::poll,
                downstream,
                streamId -> chains.getOrDefault(streamId, chain),
                ControlEventListener.NONE,
                new ProcessorSettings(1_000, 60_000_000_000L, 16, new FaultPolicy(2, 60_000_000_000L)),
                watchdog,
                metrics,
                System::nanoTime);
    }

    /** Frames of all streams in turn, each stream's in sequence; every word of a frame is 0. */
    private static final class FrameSource {
        private final Frame frame = new Frame().epoch(1).samplesPerChannel(240);
        private final int streams;
        private long next;

        FrameSource(int streams) {
            this.streams = streams;
        }

        int poll(FrameHandler handler, int limit) {
            for (int i = 0; i < limit; i++) {
                frame.streamId(next % streams).sequence(next / streams).flags(0);
                java.util.Arrays.fill(
                        frame.bytes(), frame.pcmOffset(), frame.pcmOffset() + frame.pcmLength(), (byte) 0);
                if (!handler.onFrame(frame)) {
                    return i;
                }
                next++;
            }
            return limit;
        }
    }

    /** Looks at each frame that comes out; allocates nothing while all is well. */
    private static final class Outlet {
        private final long[] nextSequence = new long[STREAMS];
        private final int[] lastValue = new int[STREAMS];
        private final int[] changes = new int[STREAMS];
        private final int factor;
        private String problem = "";

        Outlet(int factor) {
            this.factor = factor;
        }

        boolean take(Frame frame) {
            int stream = (int) frame.streamId();
            int first = frame.buffer().getInt(frame.pcmOffset());
            int last = frame.buffer().getInt(frame.pcmOffset() + frame.pcmLength() - 4);
            if (frame.sequence() != nextSequence[stream] || first != last || first % factor != 0) {
                problem = "stream " + stream + " sequence " + frame.sequence() + ", expected " + nextSequence[stream]
                        + "; words " + first + " to " + last;
            }
            nextSequence[stream] = frame.sequence() + 1;
            if (lastValue[stream] != first) {
                lastValue[stream] = first;
                changes[stream]++;
            }
            return true;
        }
    }

    @Test
    void shouldReplaceAPluginOnManyLiveStreamsBetweenTwoFrames() throws Exception {
        // The plugin stands three times in the chain, once with limits of its own: all change between the same frames.
        ChainSpec once = ChainSpec.parse("p");
        List<dev.microphone.processor.chain.PluginSpec> plugins = new ArrayList<>(once.plugins());
        plugins.addAll(once.plugins());
        plugins.add(once.plugins().get(0).withLimits(PluginLimits.defaults().withFrameBudgetNs(10_000_000_000L)));
        PreparedChain chain = library.prepare(new ChainSpec(plugins));
        Outlet outlet = new Outlet(plugins.size());
        ProcessorAgent agent = agent(new FrameSource(STREAMS), outlet::take, chain);
        AtomicBoolean done = new AtomicBoolean();
        Thread live = new Thread(
                () -> {
                    while (!done.get()) {
                        agent.doWork();
                    }
                },
                "live");
        live.start();
        List<PluginReplaced> events = new ArrayList<>();
        while (agentFrames() < 10L * STREAMS) {
            Thread.onSpinWait();
        }
        for (int i = 2; i < SWAPS + 2; i++) {
            events.add(library.replace("p", version(i)).orElseThrow());
            long seen = agentFrames();
            while (agentFrames() < seen + 2L * STREAMS) {
                Thread.onSpinWait();
            }
        }
        done.set(true);
        live.join();

        assertEquals("", outlet.problem);
        for (int stream = 0; stream < STREAMS; stream++) {
            assertEquals(SWAPS + 1, outlet.changes[stream], "stream " + stream + " saw each version once");
            assertEquals(3 * (SWAPS + 1), outlet.lastValue[stream]);
        }
        assertEquals(3 * STREAMS, events.get(SWAPS - 1).stages());
        assertEquals(0, metrics.sum("microphone_plugin_errors_total"));
        agent.onClose();
        assertEquals(0, library.statuses().get(0).stages());
    }

    private long agentFrames() {
        return metrics.counter("microphone_frames_processed_total", "stage", "processor", "processor", "swap")
                .get();
    }

    @Test
    void shouldAllocateNothingPerFrameBeforeAndAfterAReplacementNorForIt() throws Exception {
        PreparedChain chain = prepare("p");
        Outlet outlet = new Outlet(1);
        ProcessorAgent agent = agent(new FrameSource(STREAMS), outlet::take, chain);
        int cycles = 8_000;
        run(agent, cycles);
        long before = allocated(agent, cycles);
        library.replace("p", version(7));
        long during = allocated(agent, STREAMS / 16 + 1);
        long after = allocated(agent, cycles);

        assertEquals(7, outlet.lastValue[STREAMS - 1]);
        assertEquals("", outlet.problem);
        assertTrue(before < cycles, before + " bytes in " + cycles + " cycles before");
        assertTrue(after < cycles, after + " bytes in " + cycles + " cycles after");
        assertTrue(during < 64L * STREAMS, during + " bytes while " + STREAMS + " streams changed");
    }

    private static long allocated(ProcessorAgent agent, int cycles) {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadAllocatedBytes();
        run(agent, cycles);
        return threads.getCurrentThreadAllocatedBytes() - start;
    }

    private static void run(ProcessorAgent agent, int cycles) {
        for (int i = 0; i < cycles; i++) {
            agent.doWork();
        }
    }

    @Test
    void shouldLeaveTheOldVersionRunningWhenTheNewOneIsBad() throws Exception {
        PreparedChain chain = prepare("p");
        Outlet outlet = new Outlet(1);
        ProcessorAgent agent = agent(new FrameSource(1), outlet::take, chain);
        run(agent, 1);
        String digest = chain.digests().get(0);

        for (byte[] bad : List.of(TestPlugins.traps(), new byte[] {0, 'a', 's', 'm'}, TestPlugins.returns(-1))) {
            assertThrows(
                    PluginRejectedException.class, () -> library.replace("p", new PluginVersion(bad, "a test", "")));
        }
        run(agent, 1);

        assertEquals(List.of(digest), chain.digests());
        assertEquals(1, outlet.lastValue[0]);
        assertEquals("", outlet.problem);
    }

    @Test
    void shouldDoNothingWhenTheVersionRunsAlready() throws Exception {
        prepare("p");

        assertEquals(Optional.empty(), library.replace("p", version(1)));
    }

    @Test
    void shouldGoBackToTheVersionsBefore() throws Exception {
        PreparedChain chain = prepare("p");
        Map<Integer, String> digests = new HashMap<>();
        for (int i = 1; i <= 6; i++) {
            library.replace("p", version(i));
            digests.put(i, chain.digests().get(0));
        }

        PluginStatus status = library.statuses().get(0);
        assertEquals(List.of(digests.get(5), digests.get(4), digests.get(3)), status.previousDigests());
        assertEquals(digests.get(5), library.rollBack("p").orElseThrow().digest());
        assertEquals(List.of(digests.get(5)), chain.digests());
        library.rollBack("p");
        library.rollBack("p");
        assertEquals(Optional.empty(), library.rollBack("p"), "no more are kept");
        assertEquals(List.of(digests.get(3)), chain.digests());
    }

    @Test
    void shouldBringABypassedPluginBackWhenSomeoneActs() throws Exception {
        library.replace("p", new PluginVersion(TestPlugins.trapsOnMarker(), "a test", ""));
        PreparedChain chain = prepare("p");
        Frame frame = new Frame().streamId(0).epoch(1).samplesPerChannel(240);
        List<Integer> out = new ArrayList<>();
        ProcessorAgent marked = new ProcessorAgent(
                "marked",
                (handler, limit) -> {
                    frame.buffer().putInt(frame.pcmOffset(), out.size() < 2 ? TestPlugins.MARKER : 0);
                    handler.onFrame(frame);
                    frame.sequence(frame.sequence() + 1);
                    return 1;
                },
                processed -> out.add(processed.buffer().getInt(processed.pcmOffset())),
                streamId -> chain,
                ControlEventListener.NONE,
                new ProcessorSettings(10, 1_000_000_000L, 1, new FaultPolicy(2, 60_000_000_000L)),
                watchdog,
                metrics,
                () -> 1);
        run(marked, 3);
        assertEquals(1, library.statuses().get(0).bypassedStages());
        assertEquals(0, out.get(2), "left out");

        assertEquals(1, library.resume("p").stages());
        run(marked, 1);

        assertEquals(-1, out.get(3), "inverted again");
        assertEquals(0, library.statuses().get(0).bypassedStages());
        assertEquals(
                0,
                metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "p")
                        .get());
    }

    @Test
    void shouldAssignAnotherChainToALiveStreamBetweenTwoFrames() throws Exception {
        PreparedChain first = prepare("p");
        PreparedChain second = prepare("p,p,p");
        Outlet outlet = new Outlet(1);
        ProcessorAgent agent = agent(new FrameSource(2), outlet::take, first);
        run(agent, 3);
        assertEquals(1, outlet.lastValue[0]);

        chains.put(0L, second);
        agent.assign(0, second);
        agent.assign(77, second);
        run(agent, 3);

        assertEquals(3, outlet.lastValue[0]);
        assertEquals(1, outlet.lastValue[1]);
        assertEquals("", outlet.problem);
        assertEquals(4, library.statuses().get(0).stages(), "3 of the one stream, 1 of the other");
    }

    @Test
    void shouldForgetChainsThatNobodyUses() throws Exception {
        for (int i = 0; i < 50; i++) {
            PreparedChain chain = library.prepare(new ChainSpec(List.of(ChainSpec.parse("p")
                    .plugins()
                    .get(0)
                    .withLimits(PluginLimits.defaults().withNestedCalls(10 + i)))));
            chain.close();
        }
        prepare("p");

        assertEquals(1, library.slotCount());
    }
}
