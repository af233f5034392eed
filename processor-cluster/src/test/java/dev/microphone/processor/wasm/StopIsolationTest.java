package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Real modules, the real watchdog: two streams on one thread, one whose plugin never returns from some frames. The other
 * stream's output is the same bits as in a run without a neighbour, and so are the first one's other frames.
 */
class StopIsolationTest {
    private static final int FRAME_LENGTH = 3_840;
    private static final int FRAMES_FOR_ONE_SPIN = 50;

    @Test
    @Timeout(120)
    void shouldLeaveTheOtherStreamAndTheOtherFramesBitIdentical() throws Exception {
        run(2_000);
    }

    @Test
    @Tag("proof")
    @Timeout(1_200)
    void shouldLeaveThemBitIdenticalForLong() throws Exception {
        run(200_000);
    }

    private static void run(int frames) throws Exception {
        PluginModule spins = load(TestPlugins.spinsOnMarker());
        PluginModule counts = load(TestPlugins.counts());
        int stops = 0;
        try (Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch();
                Watch quiet = watchdog.newWatch()) {
            PluginInstance spinning = spins.newInstance(Map.of(), watch);
            PluginInstance neighbour = counts.newInstance(Map.of(), watch);
            PluginInstance undisturbed = counts.newInstance(Map.of(), quiet);
            warmUp(spinning, watch);
            warmUp(neighbour, watch);
            warmUp(undisturbed, quiet);
            SplittableRandom random = new SplittableRandom(11);
            for (int i = 0; i < frames; i++) {
                byte[] input = new byte[FRAME_LENGTH];
                random.nextBytes(input);
                boolean endless = random.nextInt(FRAMES_FOR_ONE_SPIN) == 0;
                mark(input, endless ? TestPlugins.MARKER : 0);
                byte[] spun = input.clone();
                PluginFault fault = process(spinning, spun, watch);
                if (endless) {
                    assertEquals(PluginFault.TIME_LIMIT, fault, "frame " + i);
                    assertArrayEquals(input, spun, "frame " + i + " did not pass as it was");
                    spinning = spins.newInstance(Map.of(), watch);
                    stops++;
                } else {
                    assertEquals(PluginFault.NONE, fault, "frame " + i + " was hit by another's stop");
                    assertArrayEquals(inverted(input), spun, "frame " + i);
                }
                byte[] beside = input.clone();
                assertEquals(PluginFault.NONE, process(neighbour, beside, watch), "the other stream's frame " + i);
                byte[] alone = input.clone();
                assertEquals(PluginFault.NONE, process(undisturbed, alone, quiet));
                assertArrayEquals(alone, beside, "the other stream's frame " + i);
                assertFalse(Thread.currentThread().isInterrupted(), "frame " + i);
            }
        }
        assertTrue(stops > frames / FRAMES_FOR_ONE_SPIN / 2, stops + " stops in " + frames + " frames");
    }

    private static PluginModule load(byte[] wasm) throws PluginRejectedException {
        return PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {});
    }

    /** In the interpreter a frame may take longer than it may when live. */
    private static void warmUp(PluginInstance instance, Watch watch) {
        PluginLimits limits = PluginLimits.defaults();
        for (int i = 0; i < 300; i++) {
            assertEquals(
                    PluginFault.NONE,
                    instance.process(new byte[FRAME_LENGTH], 0, FRAME_LENGTH, watch, limits.warmUpFrameBudgetNs()));
        }
    }

    private static PluginFault process(PluginInstance instance, byte[] pcm, Watch watch) {
        return instance.process(
                pcm, 0, pcm.length, watch, PluginLimits.defaults().frameBudgetNs());
    }

    private static void mark(byte[] frame, int word) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(0, word);
    }

    private static byte[] inverted(byte[] frame) {
        byte[] inverted = frame.clone();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~inverted[i];
        }
        return inverted;
    }
}
