package dev.microphone.standalone.command;

import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.config.StreamNames;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands take that capture. */
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class CaptureOptions {
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

    @Option(names = "--agc", paramLabel = "on|off", description = "Brings speech to an even level; default on.")
    private @Nullable OnOff agc;

    @Option(names = "--frame-millis", paramLabel = "5|10|20", description = "Duration of a frame; default 20.")
    private @Nullable Integer frameMillis;

    /**
     * The config with the streams of the flags in place of its own, if there are any, and captured as the flags say.
     *
     * @throws UserError when a flag makes no sense, or nothing is left to capture
     */
    MicrophoneConfig override(MicrophoneConfig config) {
        if (sources.isEmpty() && !references.isEmpty()) {
            throw UserError.badUsage("--reference without --source: in a config file it is a key of its [[stream]]");
        }
        List<StreamConfig> streams = sources.isEmpty() ? config.streams() : streams();
        if (streams.isEmpty()) {
            throw UserError.badUsage("nothing to capture: name a --source, such as alsa:default"
                    + " ('microphone devices' lists the microphones), or a --config file with a [[stream]]");
        }
        return config.withStreams(streams.stream().map(this::overridden).toList());
    }

    private List<StreamConfig> streams() {
        requireOneEach("--name", names);
        requireOneEach("--reference", references);
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

    private void requireOneEach(String flag, List<String> given) {
        if (!given.isEmpty() && given.size() != sources.size()) {
            throw UserError.badUsage(given.size() + " " + flag + " for " + sources.size()
                    + " --source: give one for each in their order, or none");
        }
    }

    private StreamConfig overridden(StreamConfig stream) {
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
        return stream.withCapture(capture);
    }
}
