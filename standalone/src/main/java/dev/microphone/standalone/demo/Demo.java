package dev.microphone.standalone.demo;

import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.live.FirstFrames;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** A noisy voice goes through the whole system in real time, and is recorded, listened to, measured and drawn. */
public final class Demo {
    private static final StreamName BEFORE = new StreamName("demo/here/desk/before");
    private static final StreamName AFTER = new StreamName("demo/here/desk/after");
    private static final SinkUri LISTENERS = SinkUri.parse("ws:");
    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(5);

    private final DemoFiles files;
    private final DemoChain chain;
    private final PrintStream out;
    private final ErrorLog errors;

    /**
     * @param folder for what the demo makes; what an earlier one made there is replaced
     * @throws UserError when the folder cannot be written to
     */
    public Demo(Path folder, DemoChain chain, PrintStream out, ErrorLog errors) {
        this.files = DemoFiles.prepare(folder);
        this.chain = chain;
        this.out = out;
        this.errors = errors;
    }

    /**
     * Runs once, in real time, and shows what came of it.
     *
     * @param seconds of sound; 0: the whole sentence
     * @throws UserError when something cannot be opened, or frames were lost
     */
    public void run(double seconds, int port) throws IOException {
        DemoAudio audio = speak(seconds);
        out.printf(
                Locale.ROOT,
                "%.1f s of it, live: capture → normalise → Aeron → %s → Aeron → router → WAV, FLAC, WebSocket%n",
                (double) audio.noisy().length / DemoAudio.SAMPLE_RATE_HZ,
                chain.spec());
        // Without gain control, so that the levels before and after can be compared.
        NormaliserSettings capture = MicrophoneConfig.defaultCapture().withAgc(AgcSettings.off());
        MicrophoneConfig config = config(port)
                .withSinks(List.of(sink("wav", files.afterWav()), sink("flac", files.afterFlac()), LISTENERS))
                .withStreams(List.of(new StreamConfig(AFTER, source("pace=realtime"), chain.spec(), capture)));
        Metrics metrics;
        Listener listener;
        try (HttpClient client = HttpClient.newHttpClient()) {
            try (LocalSystem system = LocalSystem.start(config, errors, out::println, FirstFrames.COME_LATER, null)) {
                metrics = system.metrics();
                listener = Listener.connect(client, system.url(), AFTER);
                system.capture();
                system.awaitEnd(new CompletableFuture<>());
            }
            listener.awaitClosed(GOODBYE_TIMEOUT);
        }
        DemoResult result = DemoResult.of(metrics, listener);
        DemoReport report = DemoReport.measure(audio, result, chain, files);
        report.lines().forEach(out::println);
        report.requireNothingLost();
    }

    /** Plays in a loop until told to stop, as it is and cleaned, for the page. */
    public void listen(int port, CompletableFuture<?> stop) throws IOException {
        speak(0);
        NormaliserSettings capture = MicrophoneConfig.defaultCapture();
        SourceUri source = source("pace=realtime&loop");
        MicrophoneConfig config = config(port)
                .withSinks(List.of(LISTENERS))
                .withStreams(List.of(
                        new StreamConfig(AFTER, source, chain.spec(), capture),
                        new StreamConfig(BEFORE, source, "none", capture)));
        try (LocalSystem system = LocalSystem.start(config, errors, out::println, FirstFrames.COME_LATER, null)) {
            system.capture();
            out.println(
                    "listen at " + system.url() + ": switch between " + BEFORE + " and " + AFTER + " (Ctrl-C ends)");
            system.awaitEnd(stop);
        }
    }

    private DemoAudio speak(double seconds) throws IOException {
        chain.remark().ifPresent(out::println);
        DemoAudio audio = DemoAudio.make(seconds);
        audio.writeNoisy(files.beforeWav());
        out.printf(
                Locale.ROOT,
                "a voice in the noise of a fan (%.0f dB below it): %s%n",
                DemoAudio.SNR_DB,
                files.beforeWav());
        return audio;
    }

    private SourceUri source(String options) {
        return SourceUri.parse("wav:" + files.beforeWav() + "?" + options);
    }

    private static SinkUri sink(String scheme, Path file) {
        return SinkUri.parse(scheme + ":" + file);
    }

    private static MicrophoneConfig config(int port) {
        MicrophoneConfig defaults = MicrophoneConfig.defaults();
        return defaults.withHttp(defaults.http().withPort(port));
    }
}
