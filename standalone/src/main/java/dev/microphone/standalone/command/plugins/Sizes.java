package dev.microphone.standalone.command.plugins;

import dev.microphone.transport.frame.CanonicalAudio;
import java.util.Locale;

/** How lengths and delays are written for people. */
final class Sizes {
    private Sizes() {}

    static String kibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
    }

    /** A delay in samples, such as plugins declare it. */
    static String milliseconds(int samples) {
        return String.format(Locale.ROOT, "%.1f ms", samples * 1_000.0 / CanonicalAudio.SAMPLE_RATE_HZ);
    }
}
