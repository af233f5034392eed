package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What one stream's RNNoise holds on the heap: the plugin's memory and both snapshots. */
class StageMemoryTest {
    private static final int SECONDS = 5;
    private static final int FRAME_SAMPLES = 960;
    private static final int RATE_HZ = 48_000;
    private static final long GENEROUS_NS = 20_000_000_000L;

    /** Of the 512 KiB that a stream may cost; what a stream has without plugins, as {@code bench memory} finds it: 27.4 KiB. */
    private static final long MOST_BYTES = (512 << 10) - 28_058;

    @Test
    void shouldHoldRnnoiseAndItsSnapshotsIn468Kilobytes() throws Exception {
        long bytes = heldBytes(true);
        assertTrue(bytes <= 468 << 10, bytes + " bytes");
    }

    /** A second channel is 9 KB more in either snapshot. */
    @Test
    void shouldHoldTwoDifferentChannelsInWhatTheRestLeaves() throws Exception {
        long bytes = heldBytes(false);
        assertTrue(bytes <= MOST_BYTES, bytes + " bytes, and " + MOST_BYTES + " are left");
    }

    private static long heldBytes(boolean dualMono) throws Exception {
        Assumptions.assumeTrue(OfficialPlugins.names().contains("rnnoise"), "rnnoise was not built");
        try (Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch();
                InputStream wasm = OfficialPlugins.open("rnnoise")) {
            PluginInstance instance = PluginModule.load(
                            wasm.readAllBytes(), PluginLimits.defaults(), null, warning -> {})
                    .newPrototype(Map.of(), watch)
                    .newInstance();
            LastGoodState lastGood = new LastGoodState(FRAME_SAMPLES, PluginMemory.UNLIMITED);
            SplittableRandom random = new SplittableRandom(7);
            byte[] pcm = new byte[FRAME_SAMPLES * 4];
            for (int frame = 0; frame < SECONDS * RATE_HZ / FRAME_SAMPLES; frame++) {
                speak(pcm, frame * FRAME_SAMPLES, random, dualMono);
                assertEquals(PluginFault.NONE, instance.process(pcm, 0, pcm.length, watch, GENEROUS_NS));
                lastGood.onProcessed(instance, frame, FRAME_SAMPLES);
            }
            assertTrue(lastGood.sequence() > 0, "both snapshots were taken");
            return instance.memoryBytes() + lastGood.heapBytes();
        }
    }

    /** Syllables, three a second, of a voice whose pitch moves; noise between them. */
    private static void speak(byte[] pcm, int firstSample, SplittableRandom random, boolean dualMono) {
        for (int i = 0; i < FRAME_SAMPLES; i++) {
            double seconds = (firstSample + i) / (double) RATE_HZ;
            double loudness = 6_000 * Math.max(0, Math.sin(2 * Math.PI * 3 * seconds));
            double phase = 2 * Math.PI * 140 * seconds + 4 * Math.sin(2 * Math.PI * seconds);
            double voice = loudness * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(5 * phase)) / 1.8;
            int left = (int) voice + random.nextInt(-500, 500);
            int right = dualMono ? left : (int) voice + random.nextInt(-500, 500);
            pcm[4 * i] = (byte) left;
            pcm[4 * i + 1] = (byte) (left >> 8);
            pcm[4 * i + 2] = (byte) right;
            pcm[4 * i + 3] = (byte) (right >> 8);
        }
    }
}
