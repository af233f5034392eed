package dev.microphone.processor.chain;

import java.util.Locale;

/** What takes a failed plugin instance's place. */
public enum PluginRecovery {
    /** An instance in the state of the last good snapshot. */
    LAST_GOOD_SNAPSHOT,
    /** An instance in the state of the snapshot before: from the last good one the plugin failed again at once. */
    OLDER_SNAPSHOT,
    /** An instance in its first state: there is no snapshot yet, or the plugin failed again at once from each. */
    FRESH,
    /** Nothing, until someone acts: the fault budget is spent, and frames pass unprocessed. */
    BYPASS;

    /** What counters and events call it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
