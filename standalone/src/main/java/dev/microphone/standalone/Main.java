package dev.microphone.standalone;

import dev.microphone.standalone.command.CommandLines;

/** The process's entry. */
public final class Main {
    private Main() {}

    /** Ends the process with 0 when the command did its work, 1 when it failed, 2 when it was not understood. */
    public static void main(String[] arguments) {
        System.exit(CommandLines.microphone(arguments).execute(arguments));
    }
}
