package dev.microphone.loadtest.plugin;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** ffmpeg's arnndn filter over raw mono sound, on one thread, by its own account of processor time. */
public final class Arnndn implements AutoCloseable {
    private static final Pattern TIMES = Pattern.compile("bench: utime=([0-9.]+)s stime=([0-9.]+)s");

    private final Path model;

    /** Whether this machine has an ffmpeg. */
    public static boolean isAvailable() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "ffmpeg")));
    }

    public Arnndn() throws IOException {
        model = Files.createTempFile("microphone-bench", ".rnnn");
        ArnndnModel.write(model);
    }

    /** @return processor time of the whole run, s */
    double cpuSeconds(Path monoPcm) throws IOException, InterruptedException {
        Process ffmpeg = new ProcessBuilder(List.of(
                        "ffmpeg",
                        "-hide_banner",
                        "-nostdin",
                        "-benchmark",
                        "-threads",
                        "1",
                        "-filter_threads",
                        "1",
                        "-f",
                        "s16le",
                        "-ar",
                        "48000",
                        "-ac",
                        "1",
                        "-i",
                        monoPcm.toString(),
                        "-af",
                        filter(),
                        "-f",
                        "null",
                        "-"))
                .redirectErrorStream(true)
                .start();
        String printed = new String(ffmpeg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher times = TIMES.matcher(printed);
        if (ffmpeg.waitFor() != 0 || !times.find()) {
            throw new IOException("ffmpeg failed: " + printed);
        }
        return Double.parseDouble(times.group(1)) + Double.parseDouble(times.group(2));
    }

    /** The filter with its model, as {@code -af} takes it. */
    public String filter() {
        return "arnndn=m=" + model;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(model);
    }
}
