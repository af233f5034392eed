package dev.microphone.processor.chain;

import java.util.concurrent.atomic.AtomicInteger;

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

    private final PluginSpec spec;
    private final AtomicInteger stages = new AtomicInteger();
    private final AtomicInteger bypassedStages = new AtomicInteger();
    /** Prepared chains that may yet make stages of it, and the stages themselves. */
    private final AtomicInteger users = new AtomicInteger();

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
