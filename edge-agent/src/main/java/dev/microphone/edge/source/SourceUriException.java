package dev.microphone.edge.source;

/** The user named a source in a way that cannot work: bad usage, known before anything is opened. */
public final class SourceUriException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String line;

    public SourceUriException(String message) {
        line = message;
    }

    @Override
    public String getMessage() {
        return line;
    }
}
