package dev.microphone.standalone.demo;

import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * A noisy voice goes through the whole system in real time, once as it is and once through the chain; both are recorded,
 * listened to, measured and drawn.
 */
public final class Demo {
    private static final StreamName BEFORE = new StreamName("demo/here/desk/before");
    private static final StreamName AFTER = new StreamName("demo/here/desk/after");
    private static final String MICROPHONE_FILE = "microphone.wav";
    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(5);

    private final Path folder;
    private final DemoChain chain;
    private final PrintStream out;
    private final ErrorLog errors;

    /** @param folder for what the demo makes; what an earlier one made there is replaced */
    public Demo(Path folder, DemoChain chain, PrintStream out, ErrorLog errors) {
        this.folder = folder;
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
        DemoAudio audio = prepare(seconds);
        DemoFiles files = DemoFiles.prepare(folder, BEFORE, AFTER);
        MicrophoneConfig config =
                config("realtime", port, List.of("wav:" + files.recordings() + "/", "flac:" + files.recordings() + "/"));
        out.printf(
                Locale.ROOT,
                "playing %.1f s of it: capture → normalise → Aeron → %s → Aeron → router → WAV, FLAC, WebSocket%n",
                (double) audio.noisy().length / DemoAudio.SAMPLE_RATE_HZ,
                chain.spec());
        DemoResult result;
        try (LocalSystem system = LocalSystem.start(config, errors, out::println)) {
            Listener listener = Listener.connect(HttpClient.newHttpClient(), system.url(), AFTER);
            system.capture();
            system.allEnded().join();
            system.close();
            listener.awaitClosed(GOODBYE_TIMEOUT);
            result = DemoResult.of(system.metrics(), AFTER, listener);
        }
        files.collect();
        DemoReport report = DemoReport.measure(audio, result, chain, files);
        report.lines().forEach(out::println);
        report.requireNothingLost();
    }

    /** Plays in a loop until told to stop, for the page. */
    public void listen(int port, CompletableFuture<?> stop) throws IOException {
        prepare(0);
        try (LocalSystem system = LocalSystem.start(config("realtime&loop", port, List.of()), errors, out::println)) {
            system.capture();
            out.println("listen at " + system.url() + ": choose " + BEFORE + " or " + AFTER + " (Ctrl-C ends)");
            CompletableFuture.anyOf(stop, system.allEnded()).join();
        }
    }

    private DemoAudio prepare(double seconds) throws IOException {
        chain.remark().ifPresent(out::println);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw UserError.failed("folder " + folder + " cannot be made: " + e.getMessage() + "; choose another with --out", e);
        }
        DemoAudio audio = DemoAudio.make(seconds == 0 ? DemoAudio.sentenceSeconds() : seconds);
        audio.writeNoisy(folder.resolve(MICROPHONE_FILE));
        out.printf(
                Locale.ROOT,
                "a voice and the noise of a fan, %.0f dB apart: %s%n",
                DemoAudio.SNR_DB,
                folder.resolve(MICROPHONE_FILE));
        return audio;
    }

    private MicrophoneConfig config(String pace, int port, List<String> recordings) {
        SourceUri source = SourceUri.parse("wav:" + folder.resolve(MICROPHONE_FILE) + "?pace=" + pace);
        MicrophoneConfig defaults = MicrophoneConfig.defaults();
        List<SinkUri> sinks = java.util.stream.Stream.concat(
                        recordings.stream().map(SinkUri::parse), defaults.sinks().stream())
                .toList();
        return defaults.withHttp(defaults.http().withPort(port))
                .withSinks(sinks)
                .withStreams(List.of(
                        new StreamConfig(BEFORE, source, "none", MicrophoneConfig.defaultCapture()),
                        new StreamConfig(AFTER, source, chain.spec(), MicrophoneConfig.defaultCapture())));
    }
}
