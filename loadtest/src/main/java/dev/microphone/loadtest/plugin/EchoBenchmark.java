package dev.microphone.loadtest.plugin;

import dev.microphone.loadtest.report.Report;
import dev.microphone.plugins.EchoScene;
import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.NativeReference.Code;
import dev.microphone.plugins.toolchain.ToolchainException;
import dev.microphone.standalone.bench.Benchmark;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the plugin aec3 leaves of echo and near end, beside native builds of AEC3 and SpeexDSP, on the same files. */
public final class EchoBenchmark implements Benchmark {
    private static final String PLUGIN = "aec3";
    private static final int SAMPLES = 10 * CanonicalAudio.SAMPLE_RATE_HZ;
    private static final int NEAR_FROM = 6 * CanonicalAudio.SAMPLE_RATE_HZ;
    private static final int FRAME_MILLIS = 10;
    private static final int[] DELAYS_MILLIS = {0, 20, 50, 100, 150, 200, 250};

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "echo cancellers on the same recorded voices in a room (RT60 0.3 s): far end alone for 6 s, then both for 4";
    }

    @Override
    public void run(PrintStream out) throws Exception {
        Report report = new Report(out);
        if (!OfficialPlugins.names().contains(PLUGIN)) {
            report.skipped(PLUGIN, "the plugin was not built here (its source comes by apt-get on Debian)");
            return;
        }
        if (!EchoScene.hasVoices()) {
            report.skipped(PLUGIN, "there are no recorded voices (Debian package alsa-utils)");
            return;
        }
        report.note("ERLE: far end alone, second half. SDR: both speak, near end to all else (BSS Eval, 512 taps).");
        report.note("SI-SDR: the same sample for sample, so that a filter's phase counts as error.");
        if (!NativeReference.isAvailable()) {
            report.skipped("native AEC3", "gcc and g++ are not installed (Debian packages of those names)");
        }
        try (NativeReference upstream =
                NativeReference.isAvailable() ? NativeReference.build(PLUGIN, Code.UPSTREAM) : null) {
            for (int delayMillis : DELAYS_MILLIS) {
                compare(report, delayMillis, upstream);
            }
        }
    }

    private static void compare(Report report, int delayMillis, @Nullable NativeReference upstream) throws Exception {
        EchoScene scene = new EchoScene(SAMPLES, delayMillis, NEAR_FROM);
        report.note("echo %d ms late".formatted(delayMillis));
        line(report, "microphone", scene.judge(scene.microphonePcm(), 0));
        try (WasmRunner ours = new WasmRunner(PLUGIN, FRAME_MILLIS, scene.microphonePcm(), scene.farPcm())) {
            line(report, "aec3", scene.judge(ours.output(), ours.latencySamples()));
        }
        if (upstream != null) {
            line(report, "AEC3 by g++, upstream's configuration", byGcc(scene, upstream));
        }
        speex(report, scene, false, "SpeexDSP, MDF");
        speex(report, scene, true, "SpeexDSP, MDF and preprocessor");
    }

    private static EchoScene.Outcome byGcc(EchoScene scene, NativeReference upstream)
            throws IOException, ToolchainException {
        Path folder = Files.createTempDirectory("microphone-bench");
        Path near = folder.resolve("near.raw");
        Path far = folder.resolve("far.raw");
        Path out = folder.resolve("out.raw");
        try {
            Files.write(near, scene.microphonePcm());
            Files.write(far, scene.farPcm());
            NativeReference.Run run = upstream.run(FRAME_MILLIS, "", near, far, out, 1);
            return scene.judge(Files.readAllBytes(out), run.latencySamples());
        } finally {
            for (Path file : new Path[] {near, far, out, folder}) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void speex(Report report, EchoScene scene, boolean suppresses, String name) {
        try (SpeexEchoCanceller speex = new SpeexEchoCanceller(suppresses)) {
            line(
                    report,
                    name,
                    scene.judge(speex.process(scene.microphonePcm(), scene.farPcm()), speex.latencySamples()));
        } catch (UnsatisfiedLinkError e) {
            report.skipped(name, "the library is not installed (Debian package libspeexdsp1)");
        }
    }

    private static void line(Report report, String name, EchoScene.Outcome outcome) {
        report.figure(
                name,
                "ERLE %5.1f dB   SDR %5.1f dB   SI-SDR %5.1f dB"
                        .formatted(outcome.erleDb(), outcome.sdrDb(), outcome.siSdrDb()));
    }
}
