package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.PluginFault;
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
    void shouldBeginOnceAllKindsOfFramesHavePassedWithinHalfOfTheLimitAndGoOnFromThere()
            throws PluginRejectedException {
        frameNs = frame -> frame == 41 ? 3 * MILLISECOND_NS : MILLISECOND_NS;
        WarmUp warmUp = warmUp(5);

        warmUp.untilSteady(watch);
        assertEquals(141, frames());
        warmUp.untilSteady(watch);
        assertEquals(141, frames());

        List<Long> took = new ArrayList<>();
        warmUp.untilWarm(watch, took::add);
        assertEquals(1_000, frames());
        assertEquals(859, took.size());
        assertTrue(took.stream().allMatch(ns -> ns == MILLISECOND_NS));
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
    void shouldRelaxTheLimitUntilAWarmUpBesideLiveStreamsIsOver() throws Exception {
        frameNs = frame -> MILLISECOND_NS;
        byte[] wasm = TestPlugins.spins();
        PluginLimits limits = new PluginLimits(1 << 20, 5 * MILLISECOND_NS, 100 * MILLISECOND_NS, 10);
        PluginModule module = PluginModule.load(wasm, limits, null, warning -> {});
        List<String> warnings = new ArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        try (LaterWarmUps later = new LaterWarmUps(watchdog, warning -> {
            warnings.add(warning);
            told.countDown();
        })) {
            PluginInstance warmed = module.newInstance(Map.of(), watch);
            assertFalse(module.isTimeLimitRelaxed());
            later.add("odd", module, warmed, new WarmUp(warmed, 10, this::nanoTime));
            assertTrue(module.isTimeLimitRelaxed());

            told.await();
        }

        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0).startsWith("plugin 'odd' fails on frame 0 of its warm-up: time_limit"),
                warnings.get(0));
        byte[] pcm = new byte[3_840];
        assertEquals(
                PluginFault.TIME_LIMIT,
                module.newInstance(Map.of(), watch).process(pcm, 0, pcm.length, watch, limits.frameBudgetNs()));
    }
}
