package dev.microphone.standalone.config;

import dev.microphone.transport.frame.StreamName;
import java.net.InetAddress;
import java.net.UnknownHostException;
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
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine that does not know itself still has streams.
            name = "localhost";
        }
        String allowed = NOT_ALLOWED.matcher(name).replaceAll("-");
        return allowed.isEmpty() ? "localhost" : allowed.substring(0, Math.min(allowed.length(), MAX_PART_LENGTH));
    }
}
