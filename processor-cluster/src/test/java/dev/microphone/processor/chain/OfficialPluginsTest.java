package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.wasm.CompiledPluginCache;
import dev.microphone.processor.wasm.PluginFinding;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OfficialPluginsTest {
    /** Generous: a busy test machine must not make a good plugin fail. */
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();

    @TempDir
    private Path folder = Path.of("");

    @AfterEach
    void stop() {
        watchdog.close();
    }

    static List<String> names() {
        return OfficialPlugins.names();
    }

    private Chain chain(String text) throws PluginRejectedException {
        try (PluginLibrary library = new PluginLibrary(
                PluginFiles.official(), LIMITS, new CompiledPluginCache(folder), watchdog, 0, warning -> {})) {
            return library.prepare(ChainSpec.parse(text))
                    .newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, metrics);
        }
    }

    private static Frame noise(SplittableRandom random, long sequence, boolean dualMono) {
        Frame frame = new Frame().sequence(sequence).flags(dualMono ? FrameFlags.DUAL_MONO : 0);
        for (int i = frame.pcmOffset(); i < frame.pcmOffset() + frame.pcmLength(); i += 4) {
            short left = (short) random.nextInt(-3_000, 3_000);
            frame.buffer().putShort(i, left, ByteOrder.LITTLE_ENDIAN);
            short right = dualMono ? left : (short) random.nextInt(-3_000, 3_000);
            frame.buffer().putShort(i + 2, right, ByteOrder.LITTLE_ENDIAN);
        }
        return frame;
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeAcceptedWithoutAWarning(String name) throws IOException {
        try (InputStream in = OfficialPlugins.open(name)) {
            List<PluginFinding> findings = PluginModule.check(in.readAllBytes(), PluginLimits.defaults());
            assertEquals(List.of(), findings);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldAllocateNothingPerFrame(String name) throws PluginRejectedException {
        try (Chain chain = chain(name)) {
            Frame sound = noise(new SplittableRandom(1), 0, true);
            Frame frame = new Frame();
            int frames = 2_000;
            process(chain, sound, frame, frames);
            // The JVM allocates some hundred bytes once when C2 drops compiled code; none of it in a JVM with C1 alone.
            long measured = allocatedBytes();
            measured = allocatedBytes() - measured;
            long allocated = Long.MAX_VALUE;
            for (int i = 0; i < 5 && allocated > measured; i++) {
                long before = allocatedBytes();
                process(chain, sound, frame, frames);
                allocated = Math.min(allocated, allocatedBytes() - before);
            }

            assertTrue(
                    allocated <= measured,
                    allocated + " bytes for " + frames + " frames, of which measuring takes " + measured);
            assertEquals(0, metrics.sum("microphone_plugin_errors_total"));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldKeepBothChannelsEqual(String name) throws PluginRejectedException {
        try (Chain chain = chain(name)) {
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < 50; i++) {
                Frame frame = noise(random, i, true);
                chain.process(frame);
                assertTrue(frame.has(FrameFlags.DUAL_MONO), "frame " + i);
            }
        }
    }

    @Test
    void shouldTakeParametersFromTheChain() throws PluginRejectedException {
        try (Chain chain = chain("highpass(hz=80)")) {
            Frame frame = noise(new SplittableRandom(3), 0, false);
            byte[] before = frame.bytes().clone();
            chain.process(frame);
            assertTrue(!Arrays.equals(before, frame.bytes()));
        }
    }

    /** The left channel comes out the same whether the right one is equal or something else. */
    @Test
    void shouldKeepChannelsApartInRnnoise() throws PluginRejectedException {
        Assumptions.assumeTrue(names().contains("rnnoise"), "needs rnnoise (built from Debian's source package)");
        try (Chain dual = chain("rnnoise");
                Chain stereo = chain("rnnoise")) {
            boolean heard = false;
            for (int i = 0; i < 100; i++) {
                Frame same = noise(new SplittableRandom(i), i, true);
                Frame different = new Frame().copyFrom(same).flags(0);
                for (int at = different.pcmOffset(); at < different.pcmOffset() + different.pcmLength(); at += 4) {
                    different.buffer().putShort(at + 2, (short) (at * i), ByteOrder.LITTLE_ENDIAN);
                }
                dual.process(same);
                stereo.process(different);
                for (int at = same.pcmOffset(); at < same.pcmOffset() + same.pcmLength(); at += 4) {
                    assertEquals(same.buffer().getShort(at), different.buffer().getShort(at), "frame " + i);
                    heard |= same.buffer().getShort(at) != 0;
                }
            }
            assertTrue(heard, "nothing came out");
            assertEquals(480, dual.latencySamples(960));
            assertEquals(0, metrics.sum("microphone_plugin_errors_total"));
        }
    }

    /** Each time the same sound: fed back, a plugin with a delay would hear silence that goes round, and change with it. */
    private static void process(Chain chain, Frame sound, Frame frame, int frames) {
        for (int i = 0; i < frames; i++) {
            frame.copyFrom(sound);
            chain.process(frame);
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}
