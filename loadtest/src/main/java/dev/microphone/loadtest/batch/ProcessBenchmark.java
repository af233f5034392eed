package dev.microphone.loadtest.batch;

import dev.microphone.loadtest.plugin.Arnndn;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.bench.Benchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code process --chain rnnoise} as a whole program, its start included, against one ffmpeg with arnndn a file, as many
 * at once as there are cores: the same files, the same weights, the same kind of output.
 */
public final class ProcessBenchmark implements Benchmark {
    /** How much sound; 60 is what the target speaks of, and takes a minute a turn. */
    private static final String MINUTES_VARIABLE = "MICROPHONE_BENCH_MINUTES";

    private static final int DEFAULT_MINUTES = 8;
    private static final int MAX_MINUTES = 600;
    private static final int REPETITIONS = 3;
    private static final int FILES_PER_CORE = 2;

    @Override
    public String name() {
        return "process";
    }

    @Override
    public String description() {
        return minutes()
                + " minutes of dual-mono WAV files through 'process --chain rnnoise', all cores, against ffmpeg's "
                + "arnndn (" + MINUTES_VARIABLE + " sets how many); medians of " + REPETITIONS + " runs in turn";
    }

    private static int minutes() {
        String wanted = System.getenv().getOrDefault(MINUTES_VARIABLE, String.valueOf(DEFAULT_MINUTES));
        int minutes = wanted.matches("\\d{1,4}") ? Integer.parseInt(wanted) : 0;
        if (minutes < 1 || minutes > MAX_MINUTES) {
            throw new IllegalArgumentException(
                    MINUTES_VARIABLE + " is '" + wanted + "': allowed are 1 to " + MAX_MINUTES);
        }
        return minutes;
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains("rnnoise") || !Arnndn.isAvailable()) {
            report.skipped("process", "needs ffmpeg, and the plugin rnnoise, whose source comes by apt-get on Debian");
            return;
        }
        int cores = Runtime.getRuntime().availableProcessors();
        double seconds = 60.0 * minutes();
        try (ScratchFolder scratch = new ScratchFolder();
                Arnndn arnndn = new Arnndn()) {
            Path folder = scratch.path();
            List<Path> stereo = SoundFiles.write(folder.resolve("stereo"), cores * FILES_PER_CORE, seconds, 2);
            List<Path> mono = SoundFiles.write(folder.resolve("mono"), cores * FILES_PER_CORE, seconds, 1);
            compare(report, new Programs(folder, arnndn.filter(), cores), stereo, mono, seconds);
        }
        report.summary();
    }

    private static void compare(Report report, Programs programs, List<Path> stereo, List<Path> mono, double seconds)
            throws IOException, InterruptedException {
        // Once unmeasured: the plugin is compiled into the cache, and the files are in the page cache.
        programs.process(stereo);
        Cost[] ours = new Cost[REPETITIONS];
        Cost[] ffmpeg = new Cost[REPETITIONS];
        Cost[] ffmpegOfMono = new Cost[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            ours[i] = programs.process(stereo);
            ffmpeg[i] = programs.ffmpeg(stereo);
            ffmpegOfMono[i] = programs.ffmpeg(mono);
        }
        report.ratio(
                "dual-mono files, by the wall clock",
                seconds / wall(ours),
                "ffmpeg",
                seconds / wall(ffmpeg),
                "x real time",
                Target.atLeast(1, "x (aim: 2.3)"));
        report.ratio("  by processor time", seconds / cpu(ours), "ffmpeg", seconds / cpu(ffmpeg), "x real time");
        report.ratio(
                "  ffmpeg given one channel",
                seconds / wall(ours),
                "ffmpeg",
                seconds / wall(ffmpegOfMono),
                "x real time");
        report.ratio(
                "    by processor time", seconds / cpu(ours), "ffmpeg", seconds / cpu(ffmpegOfMono), "x real time");
        report.note("equal channels cost one channel's work here, and two in ffmpeg: hence the lines with one channel");
    }

    private static double wall(Cost[] costs) {
        return Medians.median(Stream.of(costs).mapToDouble(Cost::wallSeconds).toArray());
    }

    private static double cpu(Cost[] costs) {
        return Medians.median(Stream.of(costs).mapToDouble(Cost::cpuSeconds).toArray());
    }
}
