package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.processor.wasm.PluginFault;
import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginMemoryException;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginPrototype;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastGoodStateTest {
    private static final int PAGE_BYTES = 65_536;

    /** Fills the memory that it may have on its first frame, which is then too much for a second instance. */
    @Test
    void shouldBeginAnewWhereThereIsNoRoomForWhatTheInstanceHadGrownTo() throws PluginRejectedException {
        PluginMemory memory = new PluginMemory(100 * PAGE_BYTES);
        PluginLimits limits =
                PluginLimits.defaults().withMemoryBytes(33 * PAGE_BYTES).withFrameBudgetNs(20_000_000_000L);
        try (Watchdog watchdog = Watchdog.start();
                Watch watch = watchdog.newWatch()) {
            PluginPrototype prototype = PluginModule.load(TestPlugins.growsMemory(), limits, null, warning -> {})
                    .within(limits, memory)
                    .newPrototype(Map.of(), watch);
            LastGoodState lastGood = new LastGoodState(1, memory);
            PluginInstance grown = prototype.newInstance();
            PluginInstance fresh = prototype.newInstance();
            byte[] pcm = new byte[3_840];
            for (int i = 0; i < 6; i++) {
                assertEquals(PluginFault.NONE, grown.process(pcm, 0, pcm.length, watch, limits.frameBudgetNs()));
                lastGood.onProcessed(grown, i, 960);
            }
            assertEquals(33 * PAGE_BYTES, grown.memoryBytes());
            assertEquals(4, lastGood.sequence());
            assertThrows(PluginMemoryException.class, () -> {
                while (prototype.newInstance().memoryBytes() == PAGE_BYTES) {}
            });

            assertEquals(PluginRecovery.FRESH, lastGood.recover(fresh));

            assertEquals(PAGE_BYTES, fresh.memoryBytes());
            assertEquals(-1, lastGood.sequence());
            assertEquals(PluginFault.NONE, fresh.process(pcm, 0, pcm.length, watch, limits.frameBudgetNs()));
        }
    }
}
