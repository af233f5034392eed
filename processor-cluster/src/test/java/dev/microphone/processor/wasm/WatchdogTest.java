package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchdogTest {
    private static final long DEADLINE_NS = 5_000_000L;

    private final AtomicLong cpuTimeNs = new AtomicLong();
    private final Watchdog watchdog = Watchdog.withoutThread(threadId -> cpuTimeNs.get());
    private final Watch watch = watchdog.newWatch();
    private final LoopPoll loopPoll = new LoopPoll();

    private static FlatMemory memory() {
        return new FlatMemory(1, 1, 10, PluginMemory.UNLIMITED);
    }

    private static boolean isStopped(FlatMemory memory) {
        try {
            memory.poll();
            return false;
        } catch (PluginStoppedException e) {
            return true;
        }
    }

    @Test
    void shouldLeaveACallAloneBeforeItsDeadline() {
        FlatMemory memory = memory();
        watch.arm(memory, loopPoll, DEADLINE_NS);

        cpuTimeNs.set(1_000_000_000L);
        watchdog.check(DEADLINE_NS - 1);

        assertFalse(isStopped(memory));
        assertFalse(watch.disarm());
    }

    @Test
    void shouldStopACallThatUsedItsGraceOfProcessorTime() {
        FlatMemory memory = memory();
        watch.arm(memory, loopPoll, DEADLINE_NS);

        watchdog.check(DEADLINE_NS);
        assertFalse(isStopped(memory));
        cpuTimeNs.set(Watchdog.CPU_GRACE_NS);
        watchdog.check(DEADLINE_NS + 1_000_000);

        assertTrue(isStopped(memory));
        assertTrue(watch.disarm());
    }

    @Test
    void shouldSpareAThreadThatWasNotGivenTheProcessor() {
        FlatMemory memory = memory();
        watch.arm(memory, loopPoll, DEADLINE_NS);

        for (long nowNs = DEADLINE_NS; nowNs < 1_000_000_000L; nowNs += Watchdog.TICK_NS) {
            watchdog.check(nowNs);
        }

        assertFalse(isStopped(memory));
        assertFalse(watch.disarm());
    }

    @Test
    void shouldNotStopTheNextCallWhenTheLookComesLate() {
        FlatMemory first = memory();
        watch.arm(first, loopPoll, DEADLINE_NS);
        watchdog.check(DEADLINE_NS);
        assertFalse(watch.disarm());
        FlatMemory second = memory();
        watch.arm(second, loopPoll, 2 * DEADLINE_NS);

        cpuTimeNs.set(1_000_000_000L);
        watchdog.check(DEADLINE_NS + 1_000_000);

        assertFalse(isStopped(first));
        assertFalse(isStopped(second));
        assertFalse(watch.disarm());
    }

    @Test
    void shouldArmTheLoopPollOnlyWhenAStoppedCallGoesOn() {
        FlatMemory memory = memory();
        watch.arm(memory, loopPoll, DEADLINE_NS);
        watchdog.check(DEADLINE_NS);
        cpuTimeNs.set(Watchdog.CPU_GRACE_NS);
        watchdog.check(DEADLINE_NS);

        watchdog.check(DEADLINE_NS + Watchdog.ESCALATION_NS - 1);
        assertDoesNotThrow(() -> loopPoll.handle().invoke(memory));
        watchdog.check(DEADLINE_NS + Watchdog.ESCALATION_NS);

        assertThrows(PluginStoppedException.class, () -> loopPoll.handle().invoke(memory));
        assertTrue(loopPoll.isRelaxed(DEADLINE_NS + Watchdog.ESCALATION_NS + 1));
        assertTrue(watch.disarm());
    }

    @Test
    void shouldForgetAWatchThatIsClosed() {
        watch.close();

        assertEquals(0, watchdog.watchCount());
    }

    /** The real thread, real plugins on several threads: no stop reaches a thread's flag or another's instance. */
    @Test
    @Timeout(120)
    void shouldStopEndlessPluginsWithoutTouchingTheOthers() throws Exception {
        PluginModule endless =
                PluginModule.load(TestPlugins.spinsAndStores(), PluginLimits.defaults(), null, warning -> {});
        PluginModule good = PluginModule.load(TestPlugins.inverts(), PluginLimits.defaults(), null, warning -> {});
        try (Watchdog running = Watchdog.start()) {
            AtomicBoolean failed = new AtomicBoolean();
            AtomicBoolean done = new AtomicBoolean();
            Thread neighbour = new Thread(() -> {
                Watch own = running.newWatch();
                try {
                    PluginInstance instance = good.newInstance(Map.of(), own);
                    byte[] frame = new byte[960];
                    while (!done.get()) {
                        boolean passed =
                                instance.process(frame, 0, frame.length, own, 60_000_000_000L) == PluginFault.NONE;
                        if (!passed || Thread.currentThread().isInterrupted()) {
                            failed.set(true);
                            return;
                        }
                    }
                } catch (PluginRejectedException e) {
                    failed.set(true);
                }
            });
            neighbour.start();
            Watch own = running.newWatch();
            for (int i = 0; i < 20; i++) {
                PluginInstance instance = endless.newInstance(Map.of(), own);
                assertEquals(PluginFault.TIME_LIMIT, instance.process(new byte[960], 0, 960, own, 1_000_000L));
                assertFalse(Thread.currentThread().isInterrupted());
            }
            done.set(true);
            neighbour.join();
            assertFalse(failed.get());
        }
    }
}
