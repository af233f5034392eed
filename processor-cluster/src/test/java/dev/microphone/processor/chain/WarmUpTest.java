package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.PluginInstance;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watch;
import dev.microphone.processor.wasm.Watchdog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a machine where each look at the clock takes as long as the test says: it is looked at before and after each frame. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WarmUpTest {
    private static final long MILLISECOND_NS = 1_000_000;
    private static final long MINUTE_NS = 60_000_000_000L;

    private final Watchdog watchdog = Watchdog.start();
    private final Watch watch = watchdog.newWatch();
    private LongUnaryOperator frameNs = frame -> 100 * MILLISECOND_NS;
    private long looks;
    private long nowNs;

    @AfterEach
    void stop() {
        watchdog.close();
    }

    private long nanoTime() {
        looks++;
        nowNs += frameNs.applyAsLong(frames());
        return nowNs;
    }

    private long frames() {
        return (looks - 1) / 2;
    }

    private WarmUp warmUp(long limitMs) throws PluginRejectedException {
        PluginLimits limits = PluginLimits.defaults().withFrameBudgetNs(limitMs * MILLISECOND_NS);
        PluginInstance instance = PluginModule.load(TestPlugins.passThrough(), limits, null, warning -> {})
                .newInstance(Map.of(), watch);
        return new WarmUp(instance, 1_000, this::nanoTime);
    }

    private void runToTheEnd(long limitMs) throws PluginRejectedException {
        warmUp(limitMs).untilWarm(watch, tookNs -> {});
    }

    @Test
    void shouldRefuseAPluginThatIsAboveItsLimitAfterAMinute() {
        PluginRejectedException refusal = assertThrows(PluginRejectedException.class, () -> runToTheEnd(99));

        assertEquals("takes 100.0 ms a frame after 60 s of warm-up: the limit is 99.0 ms", refusal.getMessage());
        assertEquals(MINUTE_NS / 200 / MILLISECOND_NS, frames());
    }

    @Test
    void shouldEndAfterAMinuteWhereFramesMayTakeThatLong() throws PluginRejectedException {
        runToTheEnd(150);

        assertEquals(MINUTE_NS / 200 / MILLISECOND_NS, frames());
    }

    @Test
    void shouldKeepUpOnceFramesOfAllKindsTakeNoLongerThanTheLimitInTheMeanAndGoOnFromThere()
            throws PluginRejectedException {
        // The last twenty of 28: nineteen of 4 ms and one of 24.
        frameNs = frame -> (frame < 9 ? 40 : frame == 15 ? 24 : 4) * MILLISECOND_NS;
        WarmUp warmUp = warmUp(5);

        warmUp.untilKeepingUp(watch);
        assertEquals(28, frames());
        warmUp.untilKeepingUp(watch);
        assertEquals(28, frames());

        frameNs = frame -> MILLISECOND_NS;
        List<Long> took = new ArrayList<>();
        warmUp.untilWarm(watch, took::add);
        assertEquals(1_000, frames());
        assertEquals(972, took.size());
        assertTrue(took.stream().allMatch(ns -> ns == MILLISECOND_NS));
    }

    @Test
    void shouldNotKeepUpBeforeAllKindsHavePassedWithoutAFrameFarAboveTheLimit() throws PluginRejectedException {
        frameNs = frame -> frame == 15 ? 26 * MILLISECOND_NS : MILLISECOND_NS;

        warmUp(5).untilKeepingUp(watch);

        assertEquals(35, frames());
    }

    /** Quicker by a fifth each hundred frames until frame 1,500. */
    @Test
    void shouldGoOnWhileTheJitMakesItQuicker() throws PluginRejectedException {
        frameNs = frame -> {
            long hundreds = Math.min(frame, 1_500) / 100;
            return (long) (20 * MILLISECOND_NS * Math.pow(0.8, (double) hundreds));
        };

        runToTheEnd(5);

        assertEquals(1_900, frames());
    }

    @Test
    void shouldEndSoonWhereFramesAreFarWithinTheLimit() throws PluginRejectedException {
        frameNs = frame -> MILLISECOND_NS / 10;

        runToTheEnd(5);

        assertEquals(200, frames());
    }

    @Test
    void shouldSayThatAPluginKeepsUpRelaxItsLimitAndTellWhatGoesWrongInTheRestOfItsWarmUp() throws Exception {
        frameNs = frame -> frame < 30 ? MILLISECOND_NS : MINUTE_NS + 1;
        List<String> warnings = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        PluginModule module = PluginModule.load(TestPlugins.passThrough(), PluginLimits.defaults(), null, text -> {});
        try (LaterWarmUps later = new LaterWarmUps(watchdog, Runnable::run, warning -> {
            warnings.add(warning);
            told.countDown();
        })) {
            PluginInstance warmed = module.newInstance(Map.of(), watch);
            assertFalse(module.isTimeLimitRelaxed());

            later.add("odd", module, warmed, new WarmUp(warmed, 1_000, this::nanoTime));

            later.keepingUp().join();
            assertTrue(module.isTimeLimitRelaxed());
            told.await();
        }

        assertEquals(
                List.of("plugin 'odd' takes 60000.0 ms a frame after 60 s of warm-up: the limit is 5.0 ms"), warnings);
        assertEquals(30, frames());
        assertTrue(module.isTimeLimitRelaxed());
    }

    @Test
    void shouldSayWhichPluginFailsBeforeItKeepsUp() throws Exception {
        PluginLimits limits = new PluginLimits(1 << 20, 5 * MILLISECOND_NS, 100 * MILLISECOND_NS, 10);
        PluginModule module = PluginModule.load(TestPlugins.spins(), limits, null, warning -> {});
        try (LaterWarmUps later = new LaterWarmUps(watchdog, Runnable::run, warning -> {})) {
            PluginInstance warmed = module.newInstance(Map.of(), watch);

            later.add("odd", module, warmed, new WarmUp(warmed, 10, this::nanoTime));

            CompletionException failure = assertThrows(
                    CompletionException.class, () -> later.keepingUp().join());
            String message = String.valueOf(failure.getCause());
            assertTrue(message.contains("plugin 'odd' fails on frame 0 of its warm-up: time_limit"), message);
        }
    }
}
