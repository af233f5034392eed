package dev.microphone.standalone.config;

import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.MachineName;
import java.util.regex.Pattern;

/** What a stream is called when nobody has named it. */
public final class StreamNames {
    private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9._-]");
    private static final int MAX_PART_LENGTH = 63;

    private StreamNames() {}

    /**
     * A name of this machine and the kind of source.
     *
     * @param kind of the source: its scheme
     * @param ordinal from 1; the second and later ones of a kind carry it
     */
    public static StreamName of(String kind, int ordinal) {
        return new StreamName("local/here/" + machine() + "/" + kind + (ordinal == 1 ? "" : "-" + ordinal));
    }

    /** This machine as part of a name. */
    static String machine() {
        String allowed = NOT_ALLOWED.matcher(MachineName.get()).replaceAll("-");
        // A machine that does not know itself still has streams.
        return allowed.isEmpty() ? "localhost" : allowed.substring(0, Math.min(allowed.length(), MAX_PART_LENGTH));
    }
}
