package dev.microphone.loadtest.start;

import dev.microphone.loadtest.plugin.Arnndn;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.bench.Benchmark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * What a user waits for: the launcher and the JVM, three plugins from the cache, and for live sound that they are warm. The
 * launcher's AOT cache helps once a plain {@code demo} has made it.
 */
public final class StartBenchmark implements Benchmark {
    /** Set by the launcher. */
    private static final String PROGRAM = "microphone.program";

    private static final String CHAIN = "highpass,rnnoise,compressor";
    private static final int REPETITIONS = 7;
    private static final int SAMPLES = 4_800;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "0.1 s of sound through 'process --chain " + CHAIN + "', the plugins from the cache, and 'run' until its"
                + " streams are captured, heard, and not behind any more; whole programs by the wall clock, medians of "
                + REPETITIONS + " in turn";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        String program = System.getProperty(PROGRAM);
        if (program == null || !OfficialPlugins.names().contains("rnnoise")) {
            report.skipped(
                    "start", "needs the launcher, and the plugin rnnoise, whose source comes by apt-get on Debian");
            return;
        }
        try (ScratchFolder folder = new ScratchFolder()) {
            Path input = folder.path().resolve("in.wav");
            write(input);
            measure(report, program, input, folder.path());
        }
        report.summary();
    }

    private static void measure(Report report, String program, Path input, Path folder)
            throws IOException, InterruptedException {
        List<String> withPlugins = process(program, input, folder, CHAIN);
        List<String> without = process(program, input, folder, "none");
        // Once unmeasured: the plugins get into the cache.
        secondsOf(withPlugins);
        double[] withPluginsSeconds = new double[REPETITIONS];
        double[] withoutSeconds = new double[REPETITIONS];
        List<LiveStart> live = new ArrayList<>();
        double[] ffmpegSeconds = new double[REPETITIONS];
        boolean ffmpeg = Arnndn.isAvailable();
        try (Arnndn arnndn = new Arnndn()) {
            List<String> chain = List.of(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-nostdin",
                    "-y",
                    "-i",
                    input.toString(),
                    "-af",
                    "highpass=f=80," + arnndn.filter() + ",acompressor",
                    folder.resolve("ffmpeg.wav").toString());
            for (int i = 0; i < REPETITIONS; i++) {
                withPluginsSeconds[i] = secondsOf(withPlugins);
                withoutSeconds[i] = secondsOf(without);
                live.add(LiveStart.of(liveRun(program)));
                ffmpegSeconds[i] = ffmpeg ? secondsOf(chain) : 0;
            }
        }
        report.figure(
                "process, start to end",
                Medians.median(withPluginsSeconds),
                "without plugins",
                Medians.median(withoutSeconds),
                "s",
                Target.atMost(1, "s (aim: 0.3)"));
        if (ffmpeg) {
            report.ratio(
                    "  beside ffmpeg's highpass, arnndn, acompressor",
                    Medians.median(withPluginsSeconds),
                    "ffmpeg",
                    Medians.median(ffmpegSeconds),
                    "s");
        }
        report.figure(
                "run, until its streams are captured", median(live, LiveStart::capturing), "s", Target.atMost(1, "s"));
        report.figure("  until a frame is through its plugins", seconds(median(live, LiveStart::heard)));
        report.figure("  until it is not behind any more", seconds(median(live, LiveStart::caughtUp)));
    }

    private static double median(List<LiveStart> starts, ToDoubleFunction<LiveStart> figure) {
        return Medians.median(starts.stream().mapToDouble(figure).toArray());
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f s", seconds);
    }

    private static List<String> liveRun(String program) {
        return List.of(program, "run", "--source", "tone:", "--chain", CHAIN, "--sink", "ws:", "--port", "0");
    }

    private static List<String> process(String program, Path input, Path folder, String chain) {
        return List.of(
                program,
                "process",
                input.toString(),
                "-o",
                folder.resolve("out.wav").toString(),
                "--force",
                "--chain",
                chain);
    }

    private static double secondsOf(List<String> command) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command.getFirst() + " ended with " + process.exitValue() + ": " + printed);
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    private static void write(Path file) throws IOException {
        AudioFormat format = new AudioFormat(48_000, 16, 2, true, false);
        byte[] silence = new byte[SAMPLES * format.getFrameSize()];
        try (OutputStream out = Files.newOutputStream(file);
                AudioInputStream in = new AudioInputStream(new ByteArrayInputStream(silence), format, SAMPLES)) {
            AudioSystem.write(in, AudioFileFormat.Type.WAVE, out);
        }
    }
}
