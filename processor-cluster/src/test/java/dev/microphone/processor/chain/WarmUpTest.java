package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On a machine where each look at the clock takes 100 ms. */
class WarmUpTest {
    private static final long STEP_NS = 100_000_000;
    /** The clock is read before and after each frame. */
    private static final long FRAMES_A_MINUTE = 60_000_000_000L / STEP_NS / 2;

    private final Watchdog watchdog = Watchdog.start();
    private final Watch watch = watchdog.newWatch();
    private long looks;

    @AfterEach
    void stop() {
        watchdog.close();
    }

    private long nanoTime() {
        return looks++ * STEP_NS;
    }

    private void warmUp(long frameBudgetNs) throws PluginRejectedException {
        PluginLimits limits = PluginLimits.defaults().withFrameBudgetNs(frameBudgetNs);
        PluginInstance instance = PluginModule.load(TestPlugins.passThrough(), limits, null, warning -> {})
                .newInstance(Map.of(), watch);
        WarmUp.run(instance, 1_000, watch, this::nanoTime);
    }

    @Test
    void shouldRefuseAPluginThatIsAboveItsLimitAfterAMinute() {
        PluginRejectedException refusal = assertThrows(PluginRejectedException.class, () -> warmUp(99_000_000));

        assertEquals("takes 100.0 ms a frame after 60 s of warm-up: the limit is 99.0 ms", refusal.getMessage());
        assertEquals(FRAMES_A_MINUTE, looks / 2);
    }

    @Test
    void shouldEndAfterAMinuteWhereFramesMayTakeThatLong() throws PluginRejectedException {
        warmUp(150_000_000);

        assertEquals(FRAMES_A_MINUTE, looks / 2);
    }
}
