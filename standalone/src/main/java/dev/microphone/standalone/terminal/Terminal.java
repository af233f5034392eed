package dev.microphone.standalone.terminal;

/** What the output is connected to. */
public final class Terminal {
    /** Set by the launcher: Java can tell of its input and output only both at once. */
    private static final String ERROR_IS_TERMINAL = "microphone.terminal";

    /** Set by the launcher: how it was called. */
    private static final String PROGRAM = "microphone.program";

    private Terminal() {}

    /** What to type for another command. */
    public static String program() {
        return System.getProperty(PROGRAM, "microphone");
    }

    /** Whether standard error is a terminal, on which a line can be drawn over. */
    public static boolean isErrorTerminal() {
        return Boolean.getBoolean(ERROR_IS_TERMINAL);
    }
}
