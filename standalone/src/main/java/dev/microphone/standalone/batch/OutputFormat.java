package dev.microphone.standalone.batch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code process} can write. The file name's ending chooses. */
public enum OutputFormat {
    WAV,
    FLAC;

    /** With its dot. */
    public String ending() {
        return "." + name().toLowerCase(Locale.ROOT);
    }

    static Optional<OutputFormat> ofEnding(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.endsWith(format.ending()))
                .findFirst();
    }

    static List<String> endings() {
        return Arrays.stream(values()).map(OutputFormat::ending).toList();
    }
}
