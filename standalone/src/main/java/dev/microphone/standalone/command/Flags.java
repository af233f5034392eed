package dev.microphone.standalone.command;

import dev.microphone.standalone.terminal.UserError;
import java.util.function.Function;

/** Turns what was written behind a flag into what it means. */
final class Flags {
    private Flags() {}

    /** @throws UserError with the flag and the reason, when the meaning throws IllegalArgumentException */
    static <F, T> T checked(String flag, F found, Function<F, T> meaning) {
        try {
            return meaning.apply(found);
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(flag + ": " + e.getMessage(), e);
        }
    }
}
