package dev.microphone.standalone.command;

import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.HttpConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.config.StreamNames;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    @Option(names = "--config", paramLabel = "FILE", description = "A TOML file.")
    private @Nullable Path configFile;

    @Option(
            names = "--source",
            paramLabel = "URI",
            description = "alsa:DEVICE, wav:FILE[?loop], tone:, stdin:?rate=…; may be repeated.")
    private List<String> sources = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The stream's name, tenant/site/device/source; one for each --source, in their order.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--reference",
            paramLabel = "URI",
            description = "For echo cancellation, what the loudspeaker plays: a source such as a monitor of its output;"
                    + " one for each --source, in their order. Turns --agc off.")
    private List<String> references = new ArrayList<>();

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

    @Option(names = "--agc", paramLabel = "on|off", description = "Brings speech to an even level; default on.")
    private @Nullable OnOff agc;

    @Option(names = "--frame-millis", paramLabel = "5|10|20", description = "Duration of a frame; default 20.")
    private @Nullable Integer frameMillis;

    @Option(names = "--port", paramLabel = "PORT", description = "Of the page and metrics; 0: any; default 8700.")
    private @Nullable Integer port;

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
        LocalSystem system = LocalSystem.start(config, errors, err::println, dump);
        try (system) {
            system.capture();
            ends = system.allEnded();
            err.println(greeting(config, system));
            CompletableFuture.anyOf(interrupted, ends).join();
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
        MicrophoneConfig config = configFile == null ? MicrophoneConfig.defaults() : ConfigFile.read(configFile);
        if (port != null) {
            HttpConfig http = config.http();
            config = config.withHttp(Flags.checked("--port", port, http::withPort));
        }
        if (!sinks.isEmpty()) {
            config = config.withSinks(sinks.stream()
                    .map(sink -> Flags.checked("--sink", sink, SinkUri::parse))
                    .toList());
        }
        if (sources.isEmpty() && !references.isEmpty()) {
            throw UserError.badUsage("--reference without --source: in a config file it is a key of its [[stream]]");
        }
        List<StreamConfig> streams = sources.isEmpty() ? config.streams() : streamsOfFlags();
        if (streams.isEmpty()) {
            throw UserError.badUsage("nothing to capture: name a --source, such as alsa:default"
                    + " ('microphone devices' lists the microphones), or a --config file with a [[stream]]");
        }
        MicrophoneConfig named = config;
        return config.withStreams(
                streams.stream().map(stream -> overridden(stream, named)).toList());
    }

    private List<StreamConfig> streamsOfFlags() {
        if (!names.isEmpty() && names.size() != sources.size()) {
            throw UserError.badUsage(names.size() + " --name for " + sources.size()
                    + " --source: name all of them in their order, or none");
        }
        if (!references.isEmpty() && references.size() != sources.size()) {
            throw UserError.badUsage(references.size() + " --reference for " + sources.size()
                    + " --source: name one for each in their order, or none");
        }
        Map<String, Integer> ordinals = new HashMap<>();
        List<StreamConfig> streams = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            SourceUri source = Flags.checked("--source", sources.get(i), SourceUri::parse);
            String scheme = sources.get(i).substring(0, sources.get(i).indexOf(':'));
            StreamName name = names.isEmpty()
                    ? StreamNames.of(scheme, ordinals.merge(scheme, 1, Integer::sum))
                    : Flags.checked("--name", names.get(i), StreamName::new);
            if (streams.stream().anyMatch(stream -> stream.name().equals(name))) {
                throw UserError.badUsage("two sources are named " + name + ": each needs a name of its own");
            }
            StreamConfig stream =
                    new StreamConfig(name, source, MicrophoneConfig.DEFAULT_CHAIN, MicrophoneConfig.defaultCapture());
            streams.add(
                    references.isEmpty()
                            ? stream
                            : stream.withReference(Flags.checked("--reference", references.get(i), SourceUri::parse)));
        }
        return streams;
    }

    private StreamConfig overridden(StreamConfig stream, MicrophoneConfig named) {
        NormaliserSettings capture = stream.capture();
        if (frameMillis != null) {
            capture = Flags.checked("--frame-millis", frameMillis, capture::withFrameMillis);
        }
        if (agc == OnOff.ON && stream.reference() != null) {
            throw UserError.badUsage("--agc on with a reference: an echo canceller needs an echo of even level");
        }
        if (agc != null) {
            AgcSettings gain = capture.agc();
            capture = capture.withAgc(new AgcSettings(agc == OnOff.ON, gain.targetDbfs(), gain.maxGainDb()));
        }
        String chosenChain = stream.chain();
        if (chain != null) {
            Flags.checked("--chain", chain, named::chain);
            chosenChain = chain;
        }
        return new StreamConfig(
                stream.name(), stream.source(), chosenChain, capture, stream.reference(), stream.replay());
    }
}
