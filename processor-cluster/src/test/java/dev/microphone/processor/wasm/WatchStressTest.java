package dev.microphone.processor.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.BrokenWatch.Flaw;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two threads that make short calls for two streams each, and one that looks at deadlines, most of which have just
 * passed or are about to. Counted is everything that must not happen. {@link WatchModelTest} goes through the orders of
 * a small case one by one; this one has the real memory model and many calls.
 */
class WatchStressTest {
    private static final int OWNERS = 2;
    private static final int STREAMS = 2;
    private static final int PAUSE_OF_FLAWS = 300;
    /** One call in that many lasts until it is stopped. */
    private static final int CALLS_FOR_ONE_ENDLESS = 256;

    @Test
    @Timeout(120)
    void shouldStopTheRunningCallAndNothingElse() throws InterruptedException {
        mustHold(run(StopProtocol::real, 30_000));
    }

    @Test
    @Tag("proof")
    @Timeout(1_200)
    void shouldStopTheRunningCallAndNothingElseTenMillionTimes() throws InterruptedException {
        mustHold(run(StopProtocol::real, 10_000_000 / OWNERS));
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    @Timeout(120)
    void shouldNoticeAMissingPrecaution(Flaw flaw) throws InterruptedException {
        Counts counts = new Counts();
        // On a busy machine threads seldom run at once: some tries more.
        for (int tries = 0; tries < 50 && counts.violations() == 0; tries++) {
            int pause = PAUSE_OF_FLAWS << Math.min(tries, 8);
            counts.add(run(() -> new BrokenWatch(flaw, pause), 10_000));
        }
        assertTrue(counts.violations() > 0, flaw + " did not show: " + counts);
    }

    private static void mustHold(Counts counts) {
        assertEquals(0, counts.violations(), counts.toString());
        assertTrue(
                counts.stops > counts.calls / 1_000 && counts.stops < counts.calls,
                "the race was not tried: " + counts);
    }

    private static Counts run(Supplier<StopProtocol> protocols, int callsPerOwner) throws InterruptedException {
        AtomicLong clockNs = new AtomicLong();
        AtomicLong rounds = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        List<StopProtocol> watches = new ArrayList<>();
        List<Owner> owners = new ArrayList<>();
        for (int i = 0; i < OWNERS; i++) {
            StopProtocol watch = protocols.get();
            watches.add(watch);
            owners.add(new Owner(watch, callsPerOwner, i, clockNs, rounds));
        }
        Thread looking = new Thread(() -> {
            while (!done.get()) {
                for (StopProtocol watch : watches) {
                    watch.check(clockNs.get());
                }
                rounds.incrementAndGet();
            }
        });
        looking.start();
        List<Thread> threads = owners.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        done.set(true);
        looking.join();
        Counts sum = new Counts();
        owners.forEach(owner -> sum.add(owner.counts));
        return sum;
    }

    /** One thread that calls plugins. */
    private static final class Owner implements Runnable {
        private final Counts counts = new Counts();
        private final FlatMemory[] instances = new FlatMemory[STREAMS];
        private final LoopPoll loopPoll = new LoopPoll();
        private final StopProtocol watch;
        private final int calls;
        private final SplittableRandom random;
        private final AtomicLong clockNs;
        private final AtomicLong rounds;

        Owner(StopProtocol watch, int calls, long seed, AtomicLong clockNs, AtomicLong rounds) {
            this.watch = watch;
            this.calls = calls;
            this.random = new SplittableRandom(seed);
            this.clockNs = clockNs;
            this.rounds = rounds;
            for (int i = 0; i < STREAMS; i++) {
                instances[i] = StopProtocol.memory();
            }
        }

        @Override
        public void run() {
            for (int i = 0; i < calls; i++) {
                call(random.nextInt(STREAMS));
            }
        }

        private void call(int stream) {
            FlatMemory running = instances[stream];
            if (random.nextInt(CALLS_FOR_ONE_ENDLESS) == 0) {
                watch.arm(running, loopPoll, clockNs.get());
                mustBeStopped(running);
            } else {
                watch.arm(running, loopPoll, clockNs.get() + random.nextInt(3));
                clockNs.addAndGet(random.nextInt(3));
                for (int work = random.nextInt(100); work > 0; work--) {
                    Thread.onSpinWait();
                }
            }
            boolean reported = watch.disarm();
            counts.calls++;
            if (StopProtocol.isStopped(running) != reported) {
                counts.misreported++;
            }
            if (reported) {
                counts.stops++;
                instances[stream] = StopProtocol.memory();
            }
            countStrayStops();
            if (Thread.interrupted()) {
                counts.interrupts++;
            }
        }

        /** Two whole rounds of looks have begun after the deadline: one of them must have seen it. */
        private void mustBeStopped(FlatMemory running) {
            long enough = rounds.get() + 2;
            while (!StopProtocol.isStopped(running)) {
                if (rounds.get() > enough && !StopProtocol.isStopped(running)) {
                    counts.missedExpiries++;
                    return;
                }
                LockSupport.parkNanos(1_000);
            }
        }

        /** No call runs now: whichever instance is stopped was hit late, or for another's call. */
        private void countStrayStops() {
            for (int i = 0; i < STREAMS; i++) {
                if (StopProtocol.isStopped(instances[i])) {
                    counts.strayStops++;
                    instances[i] = StopProtocol.memory();
                }
            }
        }
    }

    private static final class Counts {
        private long calls;
        private long stops;
        private long misreported;
        private long strayStops;
        private long missedExpiries;
        private long interrupts;

        void add(Counts other) {
            calls += other.calls;
            stops += other.stops;
            misreported += other.misreported;
            strayStops += other.strayStops;
            missedExpiries += other.missedExpiries;
            interrupts += other.interrupts;
        }

        long violations() {
            return misreported + strayStops + missedExpiries + interrupts;
        }

        @Override
        public String toString() {
            return calls + " calls, " + stops + " stopped; misreported " + misreported + ", stops of another's or after"
                    + " disarm " + strayStops + ", missed expiries " + missedExpiries + ", interrupts " + interrupts;
        }
    }
}
