package dev.microphone.standalone.batch;

import dev.microphone.router.sink.flac.FlacSink;
import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.router.sink.recording.RecordingOutput;
import dev.microphone.router.sink.wav.WavSink;
import java.io.IOException;
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

    AudioWriter begin(RecordingOutput output) throws IOException {
        return switch (this) {
            case WAV -> WavSink.FORMAT.begin(output);
            case FLAC -> FlacSink.FORMAT.begin(output);
        };
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
