package dev.microphone.standalone.command;

import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.live.FirstFrames;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.SystemEpochClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code run}. */
@Command(
        name = "run",
        description = {
            "Captures, processes and delivers live, until Ctrl-C or until all sources have ended.",
            "Flags win over the config file."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone run --source alsa:default --chain rnnoise",
            "  microphone run --source alsa:hw:1,0 --chain \"highpass(hz=80),rnnoise\" --sink ws: --sink"
                    + " flac:recordings/",
            "  microphone run --source alsa:default --reference alsa:monitor --chain aec3,rnnoise",
            "  microphone run --source tone: --chain ./mine.wasm --dump-stages stages/",
            "  microphone run --config microphone.toml       ('microphone config' prints one)"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class RunCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Mixin
    private CaptureOptions capture;

    @Option(
            names = "--chain",
            paramLabel = "CHAIN",
            description = "Plugin names or .wasm files, with commas between, or a chain of the config; default none.")
    private @Nullable String chain;

    @Option(
            names = "--sink",
            paramLabel = "URI",
            description = "ws:, wav:FOLDER/, flac:FOLDER/; may be repeated; default ws:.")
    private List<String> sinks = new ArrayList<>();

    @Mixin
    private DumpOptions dumpOptions;

    @ParentCommand
    private MicrophoneCommand parent;

    @Override
    public Integer call() throws Exception {
        MicrophoneConfig config = config();
        PrintStream err = System.err;
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, err, parent.isDebug());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        try (StageDump dump = dumpOptions.open(StageDump.WhenBehind.LEAVE_OUT, err::println)) {
            return Interruption.endsBy(
                    () -> interrupted.complete(true), 0, () -> run(config, errors, dump, interrupted));
        }
    }

    private static int run(
            MicrophoneConfig config, ErrorLog errors, @Nullable StageDump dump, CompletableFuture<?> interrupted) {
        PrintStream err = System.err;
        CompletableFuture<List<StreamEnd>> ends;
        LocalSystem system = LocalSystem.start(config, errors, err::println, FirstFrames.WAIT, dump);
        try (system) {
            system.capture();
            ends = system.allEnded();
            err.println(greeting(config, system));
            system.awaitEnd(interrupted);
        }
        int exitCode = report(ends.join(), err);
        long undelivered = system.undeliveredFrames();
        if (undelivered > 0) {
            err.println(undelivered + " frames could not be written");
            return UserError.FAILED;
        }
        return exitCode;
    }

    private static String greeting(MicrophoneConfig config, LocalSystem system) {
        StringBuilder text = new StringBuilder();
        for (StreamConfig stream : config.streams()) {
            text.append(String.format("%s: %s, chain %s%n", stream.name(), described(stream), stream.chain()));
        }
        return text.append("listen at ")
                .append(system.url())
                .append(" (Ctrl-C ends)")
                .toString();
    }

    private static String described(StreamConfig stream) {
        return stream.reference() == null
                ? stream.source().toString()
                : stream.source() + " against " + stream.reference();
    }

    private static int report(List<StreamEnd> ends, PrintStream err) {
        boolean failed = false;
        for (StreamEnd end : ends) {
            Exception fault = end.fault();
            end.warnings().forEach(warning -> err.println("warning: " + warning));
            err.println(end.stream() + ": " + end.frames() + " frames"
                    + (end.droppedFrames() == 0 ? "" : ", " + end.droppedFrames() + " dropped")
                    + (fault == null ? "" : "; ended early"));
            failed |= fault != null;
        }
        return failed ? UserError.FAILED : 0;
    }

    private MicrophoneConfig config() {
        MicrophoneConfig config = capture.override(options.config());
        if (!sinks.isEmpty()) {
            config = config.withSinks(sinks.stream()
                    .map(sink -> Flags.checked("--sink", sink, SinkUri::parse))
                    .toList());
        }
        if (chain == null) {
            return config;
        }
        String chosen = chain;
        Flags.checked("--chain", chosen, config::chain);
        return config.withStreams(config.streams().stream()
                .map(stream -> stream.withChain(chosen))
                .toList());
    }
}
