package dev.microphone.standalone.demo;

import dev.microphone.standalone.measure.NoiseLevel;
import dev.microphone.standalone.measure.SiSdr;
import dev.microphone.standalone.measure.SpectrogramPng;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The demo's table and picture. */
final class DemoReport {
    private static final int RATE_HZ = DemoAudio.SAMPLE_RATE_HZ;
    /** More than any chain's delay here, in samples: 40 ms. */
    private static final int MAX_DELAY_SAMPLES = RATE_HZ / 25;
    /** Under this level in a block the voice pauses. */
    private static final double PAUSE_BELOW_DBFS = -60;

    private final DemoResult result;
    private final List<String> lines;

    private DemoReport(DemoResult result, List<String> lines) {
        this.result = result;
        this.lines = lines;
    }

    static DemoReport measure(DemoAudio audio, DemoResult result, DemoChain chain, DemoFiles files) throws IOException {
        float[] voice = audio.voice();
        float[] before = audio.noisy();
        float[] after = Alignment.align(voice, Recorded.left(files.afterWav()), MAX_DELAY_SAMPLES);
        double noiseBeforeDbfs = NoiseLevel.inPausesDbfs(voice, before, RATE_HZ, PAUSE_BELOW_DBFS);
        double noiseAfterDbfs = NoiseLevel.inPausesDbfs(voice, after, RATE_HZ, PAUSE_BELOW_DBFS);
        new SpectrogramPng("Microphone demo: a voice in the noise of a fan", RATE_HZ)
                .panel("before: noise at " + decibels(noiseBeforeDbfs, "dBFS"), before)
                .panel("after " + chain.spec() + ": noise at " + decibels(noiseAfterDbfs, "dBFS"), after)
                .write(files.spectrograms());
        Table table = new Table("", "before", "after")
                .row("noise in the pauses", decibels(noiseBeforeDbfs, "dBFS"), decibels(noiseAfterDbfs, "dBFS"))
                .row(
                        "voice (SI-SDR)",
                        decibels(SiSdr.ofDb(voice, before), "dB"),
                        decibels(SiSdr.ofDb(voice, after), "dB"));
        Table counts = new Table("frames", "lost", "processing p50", "p99", "capture to router p50", "p99", "listener")
                .row(
                        result.captured() + " captured, " + result.delivered() + " delivered",
                        String.valueOf(result.lost()),
                        milliseconds(result.processingP50Ms()),
                        milliseconds(result.processingP99Ms()),
                        milliseconds(result.latencyP50Ms()),
                        milliseconds(result.latencyP99Ms()),
                        result.heard() + " heard, " + result.heardMissing() + " missing");
        return new DemoReport(
                result,
                java.util.stream.Stream.of(
                                List.of(""),
                                counts.lines(),
                                List.of(""),
                                table.lines(),
                                List.of(
                                        "",
                                        decibels(noiseBeforeDbfs - noiseAfterDbfs, "dB of noise gone"),
                                        "hear it: " + files.beforeWav() + " and " + files.afterWav() + " (and .flac)",
                                        "see it:  " + files.spectrograms()))
                        .flatMap(List::stream)
                        .toList());
    }

    private static String decibels(double value, String unit) {
        return String.format(Locale.ROOT, "%.1f %s", value, unit).replace('-', '−');
    }

    private static String milliseconds(double value) {
        return String.format(Locale.ROOT, "%.2f ms", value);
    }

    List<String> lines() {
        return lines;
    }

    /** @throws UserError when the way through the system was not whole */
    void requireNothingLost() {
        if (result.captured() == 0 || result.captured() != result.delivered() || result.lost() != 0) {
            throw UserError.failed(result.captured() + " frames were captured, " + result.delivered()
                    + " delivered and " + result.lost() + " lost: all should arrive");
        }
        if (result.heard() == 0) {
            throw UserError.failed("the WebSocket listener heard nothing");
        }
    }
}
