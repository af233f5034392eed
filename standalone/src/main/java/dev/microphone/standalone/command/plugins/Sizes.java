package dev.microphone.standalone.command.plugins;

import java.util.Locale;

/** How lengths are written for people. */
final class Sizes {
    private Sizes() {}

    static String kibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
}
