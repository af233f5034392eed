package dev.microphone.standalone.terminal;

import org.jspecify.annotations.Nullable;

/** Something the user can mend. The message is all that is shown: the value found, and what is allowed. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Exit code of a command that could not do its work. */
    public static final int FAILED = 1;
    /** Exit code of wrong flags or a wrong config file. */
    public static final int BAD_USAGE = 2;

    private final int exitCode;

    private UserError(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The command was understood and could not be carried out. */
    public static UserError failed(String message) {
        return new UserError(FAILED, message, null);
    }

    public static UserError failed(String message, Throwable cause) {
        return new UserError(FAILED, message, cause);
    }

    /** The command line or the config says something impossible. */
    public static UserError badUsage(String message) {
        return new UserError(BAD_USAGE, message, null);
    }

    public static UserError badUsage(String message, Throwable cause) {
        return new UserError(BAD_USAGE, message, cause);
    }

    public int exitCode() {
        return exitCode;
    }
}
