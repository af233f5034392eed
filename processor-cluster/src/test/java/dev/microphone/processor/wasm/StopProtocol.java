package dev.microphone.processor.wasm;

import java.util.function.LongUnaryOperator;

/** What {@link Watch} promises, so that the same proof runs over it and over twins that are broken on purpose. */
interface StopProtocol {
    /** Processor time that is not known: a look past the deadline fires at once. */
    LongUnaryOperator NO_CPU_TIME = threadId -> -1;

    void arm(FlatMemory memory, LoopPoll loopPoll, long deadlineNs);

    /** @return whether the call was stopped */
    boolean disarm();

    void check(long nowNs);

    /** The real one. */
    static StopProtocol real() {
        Watch watch = Watchdog.withoutThread(NO_CPU_TIME).newWatch();
        return new StopProtocol() {
            @Override
            public void arm(FlatMemory memory, LoopPoll loopPoll, long deadlineNs) {
                watch.arm(memory, loopPoll, deadlineNs);
            }

            @Override
            public boolean disarm() {
                return watch.disarm();
            }

            @Override
            public void check(long nowNs) {
                watch.check(nowNs, NO_CPU_TIME);
            }
        };
    }

    static FlatMemory memory() {
        return new FlatMemory(0, 0, 1, PluginMemory.UNLIMITED);
    }

    static boolean isStopped(FlatMemory memory) {
        try {
            memory.poll();
            return false;
        } catch (PluginStoppedException e) {
            return true;
        }
    }
}
