package dev.microphone.processor.wasm;

/**
 * One thing that a look at a module found.
 *
 * @param severity whether it rejects the module
 * @param message one line, with the value found and what is allowed
 */
public record PluginFinding(Severity severity, String message) {

    /** Errors reject, warnings do not. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** What somebody else's code says, for a message: some exceptions have no text, some have several lines. */
    static String oneLine(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank()
                ? thrown.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    static PluginFinding error(String message) {
        return new PluginFinding(Severity.ERROR, message);
    }

    static PluginFinding warning(String message) {
        return new PluginFinding(Severity.WARNING, message);
    }

    public boolean rejects() {
        return severity == Severity.ERROR;
    }

    @Override
    public String toString() {
        return (rejects() ? "error: " : "warning: ") + message;
    }
}
