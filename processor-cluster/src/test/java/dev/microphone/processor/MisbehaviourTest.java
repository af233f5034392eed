package dev.microphone.processor;

import static dev.microphone.processor.wasm.WasmBuilder.UNREACHABLE;
import static dev.microphone.processor.wasm.WasmBuilder.bytes;
import static dev.microphone.processor.wasm.WasmBuilder.i32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginRecovery;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a plugin may do wrong, and what comes of it, from the agent's poll to what it hands on. The first snapshot of these
 * streams is taken after frame 4, the others after 49, 99, and so on.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MisbehaviourTest {
    private static final long STREAM = 42;
    private static final int FIRST_WORD = 1_000_000;
    private static final int MAX_FAULTS = 3;

    /** Generous: a busy test machine must not make a good plugin fail. */
    private static final PluginLimits GENEROUS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    private static final PluginLimits SHORT = PluginLimits.defaults().withFrameBudgetNs(20_000_000L);

    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();
    private final Deque<Frame> arriving = new ArrayDeque<>();
    private final List<Frame> delivered = new ArrayList<>();
    private final List<PluginFaulted> faults = new ArrayList<>();
    private long nextSequence;

    @AfterEach
    void stop() {
        watchdog.close();
    }

    private ProcessorAgent agent(byte[] wasm, PluginLimits limits, int maxFaults) {
        PluginSpec spec = new PluginSpec("odd", Map.of())
                .withLimits(limits)
                .withFaultPolicy(new FaultPolicy(maxFaults, 1_000_000_000L));
        PluginLibrary library =
                new PluginLibrary(named -> wasm, PluginLimits.defaults(), null, watchdog, 0, text -> {});
        PreparedChain chain;
        try {
            chain = library.prepare(new ChainSpec(List.of(spec)));
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
        return new ProcessorAgent(
                "0",
                this::poll,
                frame -> delivered.add(new Frame().copyFrom(frame)),
                streamId -> chain,
                this::onEvent,
                ProcessorSettings.defaults(),
                watchdog,
                metrics,
                () -> 0);
    }

    private void onEvent(ControlEvent event) {
        if (event instanceof PluginFaulted fault) {
            faults.add(fault);
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

    private static Frame frame(long epoch, long sequence, int firstWord) {
        Frame frame = new Frame().streamId(STREAM).epoch(epoch).sequence(sequence);
        for (int i = 0; i < frame.pcmLength(); i++) {
            frame.bytes()[frame.pcmOffset() + i] = (byte) (i + sequence);
        }
        frame.buffer().putInt(frame.pcmOffset(), firstWord);
        return frame;
    }

    private void run(ProcessorAgent agent, long epoch, int frames, int firstWord) {
        for (int i = 0; i < frames; i++) {
            arriving.add(frame(epoch, nextSequence++, firstWord));
        }
        int work = agent.doWork();
        while (work > 0) {
            work = agent.doWork();
        }
    }

    private void runGood(ProcessorAgent agent, int frames) {
        run(agent, 1, frames, FIRST_WORD);
    }

    private void runBad(ProcessorAgent agent, int frames) {
        run(agent, 1, frames, TestPlugins.MARKER);
    }

    /** How many frames the plugin has seen, as it says in a frame. */
    private int countIn(long sequence) {
        Frame frame = delivered.get((int) sequence);
        return frame.buffer().getInt(frame.pcmOffset()) - FIRST_WORD;
    }

    private void assertUnchanged(long sequence, int firstWord) {
        Frame expected = frame(1, sequence, firstWord);
        Frame actual = delivered.get((int) sequence);
        assertArrayEquals(
                Arrays.copyOf(expected.bytes(), expected.length()), Arrays.copyOf(actual.bytes(), actual.length()));
    }

    private void assertNoGap() {
        assertEquals(nextSequence, delivered.size());
        for (int i = 0; i < delivered.size(); i++) {
            assertEquals(i, delivered.get(i).sequence());
        }
    }

    private long errors(PluginFault reason) {
        return metrics.counter("microphone_plugin_errors_total", "plugin", "odd", "reason", reason.label())
                .get();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> misbehaviours() {
        return Stream.of(
                Arguments.of("infinite loop", Misbehaviours.spins(), SHORT, PluginFault.TIME_LIMIT),
                Arguments.of("deep recursion", Misbehaviours.recurses(), GENEROUS, PluginFault.STACK_LIMIT),
                Arguments.of("all memory, then a write", Misbehaviours.takesAllMemory(), GENEROUS, PluginFault.TRAP),
                Arguments.of(
                        "memory.grow for ever", Misbehaviours.asksForMemoryForEver(), SHORT, PluginFault.TIME_LIMIT),
                Arguments.of("read out of bounds", Misbehaviours.readsAt(65_536), GENEROUS, PluginFault.TRAP),
                Arguments.of("write out of bounds", Misbehaviours.writesAt(65_533), GENEROUS, PluginFault.TRAP),
                Arguments.of("write at 2^32 - 4", Misbehaviours.writesAt(-4), GENEROUS, PluginFault.TRAP),
                Arguments.of("unreachable", bytes(UNREACHABLE), GENEROUS, PluginFault.TRAP),
                Arguments.of("length -1", Misbehaviours.returns(i32(-1)), GENEROUS, PluginFault.REPORTED),
                Arguments.of(
                        "length -2^31", Misbehaviours.returns(i32(Integer.MIN_VALUE)), GENEROUS, PluginFault.REPORTED),
                Arguments.of("odd length", Misbehaviours.returnsLengthAnd(-1), GENEROUS, PluginFault.BAD_LENGTH),
                Arguments.of("half a sample", Misbehaviours.returnsLengthAnd(-2), GENEROUS, PluginFault.BAD_LENGTH),
                Arguments.of("length too long", Misbehaviours.returnsLengthAnd(4), GENEROUS, PluginFault.BAD_LENGTH),
                Arguments.of(
                        "length of 2 GiB",
                        Misbehaviours.returns(i32(Integer.MAX_VALUE - 3)),
                        GENEROUS,
                        PluginFault.BAD_LENGTH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehaviours")
    void shouldPassTheFrameThroughAndGoOnFromTheLastGoodSnapshot(
            String name, byte[] misbehaviour, PluginLimits limits, PluginFault reason) {
        byte[] wasm = Misbehaviours.onMarker(misbehaviour);
        ProcessorAgent agent = agent(wasm, limits, MAX_FAULTS);

        runGood(agent, 80);
        runBad(agent, 1);
        runGood(agent, 20);

        for (int i = 0; i < 80; i++) {
            assertEquals(i + 1, countIn(i), name);
        }
        assertUnchanged(80, TestPlugins.MARKER);
        assertEquals(51, countIn(81), "goes on after frame 49");
        assertEquals(70, countIn(100));
        assertEquals(1, errors(reason));
        assertEquals(1, faults.size());
        PluginFaulted fault = faults.get(0);
        assertEquals(
                new PluginFaulted(
                        "odd",
                        sha256(wasm),
                        "",
                        STREAM,
                        1,
                        80,
                        0,
                        reason.label(),
                        fault.message(),
                        PluginRecovery.LAST_GOOD_SNAPSHOT.label(),
                        49),
                fault);
        assertFalse(Thread.currentThread().isInterrupted());

        runBad(agent, MAX_FAULTS - 1);
        runGood(agent, 20);
        for (int i = 103; i < 123; i++) {
            assertUnchanged(i, FIRST_WORD);
        }
        assertEquals(MAX_FAULTS, errors(reason));
        assertTrue(faults.get(MAX_FAULTS - 1).bypassed());
        assertNoGap();

        nextSequence = 0;
        delivered.clear();
        run(agent, 2, 10, FIRST_WORD);
        assertEquals(10, countIn(9), "a new epoch begins anew");
        assertNoGap();
    }

    @Test
    void shouldGoOnBeforeTheDamageWhenAPluginScribblesOverItsStack() {
        ProcessorAgent agent = agent(Misbehaviours.scribblesOverItsStack(), GENEROUS, MAX_FAULTS);

        runGood(agent, 70);
        runBad(agent, 1);
        runGood(agent, 10);

        assertUnchanged(71, FIRST_WORD);
        assertEquals(51, countIn(72));
        assertEquals(59, countIn(80));
        assertEquals(1, faults.size());
        assertEquals(PluginFault.TRAP.label(), faults.get(0).reason());
        assertEquals(PluginRecovery.LAST_GOOD_SNAPSHOT.label(), faults.get(0).instanceAction());
        assertEquals(71, faults.get(0).sequence());
        assertEquals(49, faults.get(0).snapshotSequence());
        assertNoGap();
    }

    /** The work grows; the clock only has to notice. */
    @Test
    void shouldStopAPluginThatSlowsDownGradually() {
        ProcessorAgent agent = agent(Misbehaviours.slowsDown(), SHORT, MAX_FAULTS);

        int frames = 0;
        while (faults.isEmpty() && frames < 95) {
            runGood(agent, 1);
            frames++;
        }

        assertEquals(1, faults.size(), "after " + frames + " frames");
        assertEquals(PluginFault.TIME_LIMIT.label(), faults.get(0).reason());
        int failed = frames - 1;
        assertUnchanged(failed, FIRST_WORD);
        int snapshot = failed > 54 ? 49 : 4;
        assertEquals(snapshot, faults.get(0).snapshotSequence());
        runGood(agent, 5);
        assertEquals(snapshot + 2, countIn(frames), "faster again, as it was then");
        assertNoGap();
    }

    /** Its state is bad in the snapshot after frame 49, which nobody can know until it fails two frames later. */
    @Test
    void shouldNotGoOnFromASnapshotThatHasNotProvedItself() {
        ProcessorAgent agent = agent(Misbehaviours.failsLater(5), GENEROUS, MAX_FAULTS);

        runGood(agent, 47);
        runBad(agent, 1);
        runGood(agent, 20);

        assertEquals(1, faults.size());
        assertEquals(51, faults.get(0).sequence());
        assertEquals(PluginRecovery.OLDER_SNAPSHOT.label(), faults.get(0).instanceAction());
        assertEquals(4, faults.get(0).snapshotSequence());
        assertUnchanged(51, FIRST_WORD);
        assertEquals(6, countIn(52));
        assertNoGap();
    }

    /** Its state is bad in the snapshot after frame 49, which has long proved itself when a frame comes that shows it. */
    @Test
    void shouldGoOnFromAnOlderSnapshotWhenThePluginFailsAgainAtOnce() {
        ProcessorAgent agent = agent(Misbehaviours.failsOn(7), GENEROUS, 10);

        runGood(agent, 46);
        runBad(agent, 1);
        runGood(agent, 30);
        run(agent, 1, 2, 7);
        runGood(agent, 1);
        run(agent, 1, 5, 7);

        assertEquals(
                List.of(PluginRecovery.LAST_GOOD_SNAPSHOT.label(), PluginRecovery.OLDER_SNAPSHOT.label()),
                faults.stream().map(PluginFaulted::instanceAction).toList());
        assertEquals(
                List.of(49L, 4L),
                faults.stream().map(PluginFaulted::snapshotSequence).toList());
        assertUnchanged(77, 7);
        assertUnchanged(78, 7);
        assertEquals(6, countIn(79), "healed");
        assertNoGap();
    }

    @Test
    void shouldBeginAnewWhenNoSnapshotHelps() {
        ProcessorAgent agent = agent(Misbehaviours.onMarker(bytes(UNREACHABLE)), GENEROUS, 10);

        runGood(agent, 60);
        runBad(agent, 4);
        runGood(agent, 10);

        assertEquals(
                List.of(
                        PluginRecovery.LAST_GOOD_SNAPSHOT.label(),
                        PluginRecovery.OLDER_SNAPSHOT.label(),
                        PluginRecovery.FRESH.label(),
                        PluginRecovery.FRESH.label()),
                faults.stream().map(PluginFaulted::instanceAction).toList());
        assertEquals(
                List.of(49L, 4L, -1L, -1L),
                faults.stream().map(PluginFaulted::snapshotSequence).toList());
        assertEquals(1, countIn(64));
        assertEquals(
                2,
                metrics.counter("microphone_plugin_recoveries_total", "plugin", "odd", "with", "fresh")
                        .get());
        assertNoGap();
    }
}
