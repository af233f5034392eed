package dev.microphone.processor.chain;

import dev.microphone.transport.frame.CanonicalAudio;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * One plugin with one set of parameters and limits, whichever version of its code is current. The stages of all streams
 * that use it look here, between two frames, for the version to use. Any thread.
 */
final class PluginSlot {
    /**
     * What a stage compares with what it has.
     *
     * @param pool of instances of the current version
     * @param resumes how often someone acted for plugins that were left out
     */
    record State(PluginPool pool, int resumes) {}

    private static final int FRAME_UNIT_SAMPLES = CanonicalAudio.samplesPerChannel(5);
    private static final int MAX_FRAME_UNITS = CanonicalAudio.MAX_SAMPLES_PER_CHANNEL / FRAME_UNIT_SAMPLES;

    private final PluginSpec spec;
    private final AtomicInteger stages = new AtomicInteger();
    private final AtomicInteger bypassedStages = new AtomicInteger();
    /** Prepared chains that may yet make stages of it, and the stages themselves. */
    private final AtomicInteger users = new AtomicInteger();

    /** How many of the stages have frames of 5, 10 and 20 ms, at the number of 5 ms. */
    private final AtomicIntegerArray stagesOfFrames = new AtomicIntegerArray(MAX_FRAME_UNITS + 1);

    private volatile State state;

    PluginSlot(PluginSpec spec, PluginPool pool) {
        this.spec = spec;
        this.state = new State(pool, 0);
    }

    PluginSpec spec() {
        return spec;
    }

    State state() {
        return state;
    }

    /** By the one who holds the library's lock, inside a {@link Replacements#publish}. */
    void replace(PluginPool pool) {
        state = new State(pool, state.resumes());
    }

    /** As {@link #replace}. */
    void resume() {
        state = new State(state.pool(), state.resumes() + 1);
    }

    void addUser() {
        users.incrementAndGet();
    }

    void removeUser() {
        users.decrementAndGet();
    }

    boolean isUsed() {
        return users.get() > 0;
    }

    void addStage() {
        addUser();
        stages.incrementAndGet();
    }

    void removeStage() {
        stages.decrementAndGet();
        removeUser();
    }

    /** A stage's frames have another length, in samples; 0 is none. */
    void changeFrames(int before, int now) {
        if (before > 0) {
            stagesOfFrames.decrementAndGet(before / FRAME_UNIT_SAMPLES);
        }
        if (now > 0) {
            stagesOfFrames.incrementAndGet(now / FRAME_UNIT_SAMPLES);
        }
    }

    /** The longest delay that a pool's instances have in the live chains; that with frames of 20 ms where there are none. */
    int latencySamples(PluginPool pool) {
        int longest = -1;
        for (int units = 1; units <= MAX_FRAME_UNITS; units++) {
            if (stagesOfFrames.get(units) > 0) {
                longest = Math.max(longest, pool.latencySamples(units * FRAME_UNIT_SAMPLES));
            }
        }
        return longest < 0 ? pool.latencySamples(CanonicalAudio.MAX_SAMPLES_PER_CHANNEL) : longest;
    }

    /** In how many places of live chains it stands. */
    int stages() {
        return stages.get();
    }

    void addBypassed(int change) {
        bypassedStages.addAndGet(change);
    }

    /** In how many of them it is left out until someone acts. */
    int bypassedStages() {
        return bypassedStages.get();
    }
}
