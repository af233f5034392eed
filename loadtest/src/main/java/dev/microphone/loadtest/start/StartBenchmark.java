package dev.microphone.loadtest.start;

import dev.microphone.loadtest.plugin.Arnndn;
import dev.microphone.loadtest.report.Medians;
import dev.microphone.loadtest.report.Report;
import dev.microphone.loadtest.report.ScratchFolder;
import dev.microphone.loadtest.report.Target;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.bench.Benchmark;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * What a user waits for: the launcher and the JVM, three plugins from the cache, and for live sound their warm-up. The
 * launcher's AOT cache helps once a plain {@code demo} has made it.
 */
public final class StartBenchmark implements Benchmark {
    /** Set by the launcher. */
    private static final String PROGRAM = "microphone.program";

    private static final String CHAIN = "highpass,rnnoise,compressor";
    private static final int REPETITIONS = 7;
    private static final int SAMPLES = 4_800;
    /** What {@code run} prints when the streams have begun. */
    private static final String READY = "listen at";

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String description() {
        return "0.1 s of sound through 'process --chain " + CHAIN + "', the plugins from the cache, and 'run' until its"
                + " streams begin; whole programs by the wall clock, medians of " + REPETITIONS + " in turn";
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
        double[] liveSeconds = new double[REPETITIONS];
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
                liveSeconds[i] = secondsUntilReady(program);
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
                "run, until its streams begin, warm-up included",
                Medians.median(liveSeconds),
                "s",
                Target.atMost(1, "s"));
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

    private static double secondsUntilReady(String program) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        Process process = new ProcessBuilder(
                        program, "run", "--source", "tone:", "--chain", CHAIN, "--sink", "ws:", "--port", "0")
                .redirectErrorStream(true)
                .start();
        StringBuilder printed = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(READY)) {
                    return (System.nanoTime() - startNs) / 1e9;
                }
                printed.append(line).append('\n');
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
        throw new IOException("run ended before its streams began: " + printed);
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
