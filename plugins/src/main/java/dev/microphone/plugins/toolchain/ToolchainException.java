package dev.microphone.plugins.toolchain;

/** A plugin cannot be built here; the message says in one line what is missing or wrong. */
public class ToolchainException extends Exception {
    private static final long serialVersionUID = 1L;

    ToolchainException(String message) {
        super(message);
    }

    ToolchainException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The code of others that a plugin needs cannot be had on this machine; everything else can be built. */
    static final class SourceUnavailable extends ToolchainException {
        private static final long serialVersionUID = 1L;

        SourceUnavailable(String message) {
            super(message);
        }
    }

    /** The compiler or the linker refuses a source; the message is what it printed, each error as file:line:column. */
    public static final class SourceRejected extends ToolchainException {
        private static final long serialVersionUID = 1L;

        SourceRejected(String printed) {
            super(printed);
        }
    }
}
