package dev.microphone.standalone.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How what an agent has kept comes after a reconnection. */
public enum Replay {
    /** All in the order of its capture; live again when the backlog is through. */
    IN_ORDER,
    /** Live at once; the backlog behind it, as a stream of its own. */
    LIVE_FIRST;

    /** @throws IllegalArgumentException with what was found and what is allowed */
    static Replay parse(String text) {
        return Arrays.stream(values())
                .filter(replay -> replay.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "found the text \"" + text + "\", allowed is one of " + List.of(values())));
    }

    /** As it is written in a config file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
