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

    static DemoReport measure(DemoAudio audio, DemoResult result, DemoChain chain, DemoFiles files)
            throws IOException {
        float[] voice = audio.voice();
        float[] before = audio.noisy();
        float[] after = Alignment.align(voice, Recorded.left(files.afterWav()), MAX_DELAY_SAMPLES);
        double noiseBeforeDbfs = NoiseLevel.inPausesDbfs(voice, before, RATE_HZ, PAUSE_BELOW_DBFS);
        double noiseAfterDbfs = NoiseLevel.inPausesDbfs(voice, after, RATE_HZ, PAUSE_BELOW_DBFS);
        new SpectrogramPng("Microphone demo: a voice in the noise of a fan", RATE_HZ)
                .panel(text("before: noise at %.0f dBFS", noiseBeforeDbfs), before)
                .panel(text("after %s: noise at %.0f dBFS", chain.spec(), noiseAfterDbfs), after)
                .write(files.spectrograms());
        Table table = new Table("", "before", "after")
                .row("noise in the pauses", text("%.1f dBFS", noiseBeforeDbfs), text("%.1f dBFS", noiseAfterDbfs))
                .row(
                        "voice (SI-SDR)",
                        text("%.1f dB", SiSdr.ofDb(voice, before)),
                        text("%.1f dB", SiSdr.ofDb(voice, after)));
        Table counts = new Table("frames", "lost", "processing p50", "p99", "capture to router p50", "p99", "listener")
                .row(
                        result.captured() + " captured, " + result.delivered() + " delivered",
                        String.valueOf(result.lost()),
                        text("%.2f ms", result.processingP50Ms()),
                        text("%.2f ms", result.processingP99Ms()),
                        text("%.1f ms", result.latencyP50Ms()),
                        text("%.1f ms", result.latencyP99Ms()),
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
                                        text("%.1f dB of noise gone", noiseBeforeDbfs - noiseAfterDbfs),
                                        "hear it: " + files.beforeWav() + " and " + files.afterWav() + " (and .flac)",
                                        "see it:  " + files.spectrograms()))
                        .flatMap(List::stream)
                        .toList());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values).replace('-', '−');
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
