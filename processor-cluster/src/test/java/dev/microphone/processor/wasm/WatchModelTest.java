package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.BrokenWatch.Flaw;
import java.util.function.Supplier;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lincheck runs two calls of one thread against three looks of the watchdog's, the real {@link Watch}, and switches
 * threads at every access to shared memory in turn. Each call has an instance and a loop poll of its own, as two
 * streams have: whatever the order, an instance is stopped if and only if {@code disarm} of its own call said so, its
 * state does not change after that, and no thread is interrupted.
 *
 * <p>The model is sequentially consistent; {@link WatchStressTest} does the same on real threads.
 */
class WatchModelTest {
    private static final long FIRST_DEADLINE_NS = 10;
    private static final long SECOND_DEADLINE_NS = 20;

    @Test
    void shouldStopExactlyTheCallThatDisarmReportsInEveryOrder() {
        Lincheck.runConcurrentTest(600, () -> twoCallsUnderThreeLooks(StopProtocol::real));
    }

    @Test
    @Tag("proof")
    void shouldStopExactlyTheCallThatDisarmReportsInManyMoreOrders() {
        Lincheck.runConcurrentTest(60_000, () -> twoCallsUnderThreeLooks(StopProtocol::real));
    }

    /** The proof can fail: each precaution that is taken away is missed. */
    @ParameterizedTest
    @EnumSource(Flaw.class)
    void shouldNoticeAMissingPrecaution(Flaw flaw) {
        LincheckAssertionError error = assertThrows(
                LincheckAssertionError.class,
                () -> Lincheck.runConcurrentTest(2_000, () -> twoCallsUnderThreeLooks(() -> new BrokenWatch(flaw, 0))));

        assertTrue(String.valueOf(error.getMessage()).contains("call"), error.getMessage());
    }

    private static void twoCallsUnderThreeLooks(Supplier<StopProtocol> protocol) {
        StopProtocol watch = protocol.get();
        Call first = new Call(FIRST_DEADLINE_NS);
        Call second = new Call(SECOND_DEADLINE_NS);
        Thread watchdog = new Thread(() -> {
            watch.check(FIRST_DEADLINE_NS);
            watch.check(FIRST_DEADLINE_NS);
            watch.check(SECOND_DEADLINE_NS);
        });
        watchdog.start();
        first.run(watch);
        second.run(watch);
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("a call's stop interrupted the host's thread");
        }
        try {
            watchdog.join();
        } catch (InterruptedException e) {
            throw new AssertionError("a call's stop interrupted the host's thread", e);
        }
        first.mustBeAsReported("first call, at the end");
        second.mustBeAsReported("second call, at the end");
    }

    private static final class Call {
        private final long deadlineNs;
        private final FlatMemory memory = StopProtocol.memory();
        private final LoopPoll loopPoll = new LoopPoll();
        private boolean reported;

        Call(long deadlineNs) {
            this.deadlineNs = deadlineNs;
        }

        void run(StopProtocol watch) {
            watch.arm(memory, loopPoll, deadlineNs);
            reported = watch.disarm();
            mustBeAsReported("call until " + deadlineNs + ", after disarm");
        }

        void mustBeAsReported(String when) {
            if (StopProtocol.isStopped(memory) != reported) {
                throw new AssertionError(when + ": disarm reported " + (reported ? "a stop" : "none")
                        + ", the instance is " + (reported ? "not stopped" : "stopped"));
            }
        }
    }
}
