package dev.microphone.edge.source;

import java.io.IOException;

/** A source cannot be opened or read any further. The message is one line for the user, with no need for a trace. */
public final class SourceException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String line;

    /**
     * @param source as the user named it: a file, or a URI such as {@code alsa:hw:1,0}
     * @param problem the value found and what is allowed
     */
    public SourceException(String source, String problem) {
        line = source + ": " + problem;
    }

    public SourceException(String source, String problem, Throwable cause) {
        super(cause);
        line = source + ": " + problem;
    }

    @Override
    public String getMessage() {
        return line;
    }
}
