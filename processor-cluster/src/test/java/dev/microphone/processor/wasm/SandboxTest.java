package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SandboxTest {
    private static final int FRAME_LENGTH = 3_840;
    /** Generous: a test machine may be busy, and what must not end early is only the plugin that behaves. */
    private static final long GENEROUS_NS = 60_000_000_000L;

    private static final long SHORT_NS = 5_000_000L;

    private static Watchdog watchdog = Watchdog.start();
    private static Watch watch = watchdog.newWatch();

    @BeforeAll
    static void start() {
        watchdog = Watchdog.start();
        watch = watchdog.newWatch();
    }

    @AfterAll
    static void stop() {
        watchdog.close();
    }

    private static PluginInstance instance(byte[] wasm) throws PluginRejectedException {
        return PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {})
                .newInstance(Map.of(), watch);
    }

    private static PluginPrototype prototype(byte[] wasm) throws PluginRejectedException {
        return PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {})
                .newPrototype(Map.of(), watch);
    }

    private static byte[] frame() {
        byte[] frame = new byte[FRAME_LENGTH];
        new SplittableRandom(7).nextBytes(frame);
        return frame;
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("trap", TestPlugins.traps(), PluginFault.TRAP),
                Arguments.of("division by zero", TestPlugins.dividesByZero(), PluginFault.TRAP),
                Arguments.of("read behind the end", TestPlugins.readsAt(65_533, 0), PluginFault.TRAP),
                Arguments.of("read far behind the end", TestPlugins.readsAt(0x7ffffff0, 0), PluginFault.TRAP),
                Arguments.of("read at 2^32 - 8 with an offset", TestPlugins.readsAt(-8, 16), PluginFault.TRAP),
                Arguments.of("offset over 2^31", TestPlugins.readsAt(0x7fffffff, 100), PluginFault.TRAP),
                Arguments.of("recursion", TestPlugins.recurses(), PluginFault.STACK_LIMIT),
                Arguments.of("recursion through a table", TestPlugins.recursesThroughTable(), PluginFault.STACK_LIMIT),
                Arguments.of("negative length", TestPlugins.returns(-1), PluginFault.REPORTED),
                Arguments.of("odd length", TestPlugins.returns(FRAME_LENGTH - 1), PluginFault.BAD_LENGTH),
                Arguments.of("length not of whole samples", TestPlugins.returns(2), PluginFault.BAD_LENGTH),
                Arguments.of("length too long", TestPlugins.returns(FRAME_LENGTH + 4), PluginFault.BAD_LENGTH));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void shouldLeaveTheFrameAsItWasWhenThePluginFails(String name, byte[] wasm, PluginFault expected)
            throws PluginRejectedException {
        PluginInstance instance = instance(wasm);
        byte[] frame = frame();

        assertEquals(expected, instance.process(frame, 0, FRAME_LENGTH, watch, GENEROUS_NS), name);

        assertArrayEquals(frame(), frame);
        assertThrows(IllegalStateException.class, () -> instance.process(frame, 0, FRAME_LENGTH, watch, GENEROUS_NS));
    }

    static Stream<Arguments> endless() {
        return Stream.of(
                Arguments.of("empty loop", TestPlugins.spins()),
                Arguments.of("loop that stores", TestPlugins.spinsAndStores()),
                Arguments.of("loop around a call", TestPlugins.spinsWithCall()),
                Arguments.of("recursion in width", TestPlugins.recursesInWidth()));
    }

    /** Several times, so that the JIT has compiled the loop in the later ones. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("endless")
    void shouldStopACallThatNeverEnds(String name, byte[] wasm) throws PluginRejectedException {
        PluginModule module = PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {});
        for (int i = 0; i < 5; i++) {
            PluginInstance instance = module.newInstance(Map.of(), watch);
            byte[] frame = frame();

            assertEquals(PluginFault.TIME_LIMIT, instance.process(frame, 0, FRAME_LENGTH, watch, SHORT_NS), name);

            assertArrayEquals(frame(), frame);
            assertFalse(Thread.currentThread().isInterrupted());
        }
    }

    @Test
    void shouldRefuseMemoryBeyondTheLimitWhenThePluginGrows() throws PluginRejectedException {
        PluginModule module = PluginModule.load(
                TestPlugins.growsMemory(), PluginLimits.defaults().withMemoryBytes(4 << 20), null, warning -> {});
        PluginInstance instance = module.newInstance(Map.of(), watch);

        assertEquals(PluginFault.NONE, instance.process(frame(), 0, FRAME_LENGTH, watch, GENEROUS_NS));

        // 1 page, then 16 at a time up to 64: 49 pages.
        assertEquals(49 * 65_536, instance.memoryBytes());
    }

    @Test
    void shouldProcessInPlaceWhenThePluginBehaves() throws PluginRejectedException {
        PluginInstance instance = instance(TestPlugins.inverts());
        byte[] frame = new byte[FRAME_LENGTH + 20];
        System.arraycopy(frame(), 0, frame, 10, FRAME_LENGTH);

        assertEquals(PluginFault.NONE, instance.process(frame, 10, FRAME_LENGTH, watch, GENEROUS_NS));

        byte[] before = frame();
        for (int i = 0; i < FRAME_LENGTH; i++) {
            assertEquals((byte) ~before[i], frame[10 + i]);
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(0, frame[i]);
            assertEquals(0, frame[FRAME_LENGTH + 10 + i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 1_920})
    void shouldFillWithSilenceWhatThePluginLeavesOff(int returned) throws PluginRejectedException {
        byte[] frame = frame();

        assertEquals(
                PluginFault.NONE,
                instance(TestPlugins.returns(returned)).process(frame, 0, FRAME_LENGTH, watch, GENEROUS_NS));

        byte[] before = frame();
        for (int i = 0; i < FRAME_LENGTH; i++) {
            assertEquals(i < returned ? before[i] : 0, frame[i]);
        }
    }

    @Test
    void shouldGoOnBitForBitWhenRestoredFromASnapshot() throws PluginRejectedException {
        PluginPrototype prototype = prototype(TestPlugins.counts());
        PluginInstance undisturbed = prototype.newInstance();
        for (int i = 0; i < 10; i++) {
            undisturbed.process(frame(), 0, FRAME_LENGTH, watch, GENEROUS_NS);
        }
        PluginInstance restored = prototype.newInstance();
        PluginSnapshot snapshot = new PluginSnapshot();
        undisturbed.take(snapshot);
        restored.restore(snapshot);
        for (int i = 0; i < 10; i++) {
            byte[] expected = frame();
            byte[] actual = frame();
            undisturbed.process(expected, 0, FRAME_LENGTH, watch, GENEROUS_NS);
            restored.process(actual, 0, FRAME_LENGTH, watch, GENEROUS_NS);
            assertArrayEquals(expected, actual);
        }
        byte[] fresh = frame();
        prototype.newInstance().process(fresh, 0, FRAME_LENGTH, watch, GENEROUS_NS);
        byte[] afterTwenty = frame();
        undisturbed.process(afterTwenty, 0, FRAME_LENGTH, watch, GENEROUS_NS);
        assertFalse(java.util.Arrays.equals(fresh, afterTwenty), "the plugin has no state: the test shows nothing");
    }

    @Test
    void shouldRefuseASnapshotOfAnotherModule() throws PluginRejectedException {
        PluginSnapshot snapshot = new PluginSnapshot();
        prototype(TestPlugins.counts()).newInstance().take(snapshot);
        PluginInstance other = prototype(TestPlugins.inverts()).newInstance();

        assertThrows(IllegalArgumentException.class, () -> other.restore(snapshot));
    }
}
