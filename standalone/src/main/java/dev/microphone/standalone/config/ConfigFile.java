package dev.microphone.standalone.config;

import dev.microphone.edge.dsp.AgcSettings;
import dev.microphone.edge.dsp.ChannelMapping;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.trust.TrustedKey;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.plugin.PluginPlaces;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/** Reads {@code microphone.toml}. */
public final class ConfigFile {
    private static final String REFERENCE = "microphone.toml";
    private static final int MAX_CHANNEL = 8;
    /** A tebibyte: no machine's heap is larger. */
    private static final int MAX_TOTAL_MEBIBYTES = 1 << 20;

    private ConfigFile() {}

    /**
     * Reads and checks the whole file.
     *
     * @throws UserError with a line for each mistake: file, line, key, what was found and what is allowed
     */
    public static MicrophoneConfig read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw UserError.badUsage("config file " + file + " does not exist: 'microphone config' prints one", e);
        } catch (IOException e) {
            throw UserError.badUsage("config file " + file + " cannot be read: " + e, e);
        }
        return parse(file.toString(), text);
    }

    /** The file with every key, its default and the reason for it. */
    public static String reference() {
        try (InputStream in = ConfigFile.class.getResourceAsStream(REFERENCE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + REFERENCE + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + REFERENCE + " cannot be read", e);
        }
    }

    static MicrophoneConfig parse(String fileName, String text) {
        TomlParseResult toml = Toml.parse(text);
        List<String> problems = new ArrayList<>();
        toml.errors()
                .forEach(error ->
                        problems.add(fileName + ":" + error.position().line() + ": not TOML: " + error.getMessage()));
        refuse(problems);
        TomlSection root = new TomlSection(fileName, "", toml, problems);
        HttpConfig http = http(root.section("http"));
        PluginConfig plugins = plugins(root.section("plugins"));
        ControlConfig control = ControlTable.read(root.section("control"));
        ClusterConfig cluster = ClusterTable.read(root.section("cluster"));
        SpoolConfig spool = SpoolConfig.read(root.section("spool"));
        NormaliserSettings capture = capture(root.section("capture"), MicrophoneConfig.defaultCapture());
        // A text is the chain of all streams, as it was before chains had tables; a file cannot have both forms.
        boolean isChainOfAll = root.isText("chain");
        PluginPlaces.Builder places = new PluginPlaces.Builder();
        Map<String, ChainSpec> chains =
                isChainOfAll ? Map.of() : ChainTables.read(root.sections("chain"), plugins, places);
        String chain =
                chain(root, isChainOfAll ? "chain" : "default-chain", MicrophoneConfig.DEFAULT_CHAIN, chains, places);
        List<SinkUri> sinks = root.texts("sinks", SinkUri::parse);
        List<StreamConfig> streams = new ArrayList<>();
        Map<StreamName, Integer> numbers = new HashMap<>();
        int number = 0;
        for (TomlSection section : root.sections("stream")) {
            number++;
            Optional<StreamConfig> stream = stream(section, number, chain, chains, places, capture);
            if (stream.isPresent()) {
                Integer other = numbers.putIfAbsent(stream.get().name(), number);
                if (other != null) {
                    section.contradiction(
                            "name",
                            "stream " + other + " has the same name, "
                                    + stream.get().name());
                }
                streams.add(stream.get());
            }
            section.finish();
        }
        root.finish();
        refuse(problems);
        return new MicrophoneConfig(
                http,
                plugins,
                control,
                cluster,
                spool,
                chain,
                chains,
                places.build(),
                sinks.isEmpty() ? MicrophoneConfig.defaults().sinks() : sinks,
                streams);
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw UserError.badUsage(String.join(System.lineSeparator(), problems));
        }
    }

    private static HttpConfig http(TomlSection section) {
        HttpConfig defaults = HttpConfig.defaults();
        int port = section.integer("port", 0, 0, HttpConfig.MAX_PORT);
        HttpConfig http = new HttpConfig(
                section.text("host", defaults.host()),
                section.has("port") ? Integer.valueOf(port) : null,
                section.text("token-file", TokenFile::read)
                        .flatMap(found -> found)
                        .orElse(null));
        section.finish();
        return http;
    }

    private static PluginConfig plugins(TomlSection section) {
        PluginConfig defaults = PluginConfig.defaults();
        PluginConfig limits = ChainTables.limits(section, defaults);
        List<TrustedKey> keys = section.texts("trusted-keys", TrustedKey::parse);
        boolean requireSignature = section.bool("require-signature", defaults.requireSignature());
        if (requireSignature && keys.isEmpty()) {
            section.contradiction("require-signature", "no key is in trusted-keys, so every plugin would be refused");
        }
        int totalMebibytes =
                section.integer("total-memory-mebibytes", defaults.totalMemoryMebibytes(), 0, MAX_TOTAL_MEBIBYTES);
        if (totalMebibytes != 0 && totalMebibytes < limits.memoryMebibytes()) {
            section.contradiction(
                    "total-memory-mebibytes",
                    totalMebibytes + " for all plugins together is less than the " + limits.memoryMebibytes()
                            + " that one may have (memory-mebibytes)");
        }
        PluginConfig plugins = new PluginConfig(
                limits.deadline(),
                limits.memoryMebibytes(),
                totalMebibytes,
                limits.nestedCalls(),
                limits.faultLimit(),
                limits.faultWindow(),
                limits.failingStreamsLimit(),
                limits.failingStreamsWindow(),
                section.text("directory", ConfigFile::checkedDirectory)
                        .flatMap(found -> found)
                        .orElse(null),
                keys,
                requireSignature);
        section.finish();
        return plugins;
    }

    private static NormaliserSettings capture(TomlSection section, NormaliserSettings defaults) {
        AgcSettings agc = defaults.agc();
        NormaliserSettings settings = defaults.withFrameMillis(
                        section.oneOf("frame-millis", defaults.frameMillis(), List.of(5, 10, 20)))
                .withChannelMapping(new ChannelMapping(
                        section.integer("channel", defaults.channelMapping().chosenChannel(), 0, MAX_CHANNEL)))
                .withDcBlocker(section.bool("dc-blocker", defaults.dcBlocker()))
                .withDither(section.bool("dither", defaults.dither()))
                .withAgc(new AgcSettings(
                        section.bool("agc", agc.enabled()),
                        section.number(
                                "agc-target-dbfs",
                                agc.targetDbfs(),
                                AgcSettings.MIN_TARGET_DBFS,
                                AgcSettings.MAX_TARGET_DBFS),
                        section.number("agc-max-gain-db", agc.maxGainDb(), 0, AgcSettings.MAX_GAIN_LIMIT_DB)));
        section.finish();
        return settings;
    }

    /** Empty for none. */
    private static Optional<Path> checkedDirectory(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path directory = Path.of(text);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("'" + text + "' is no directory: make it first");
        }
        return Optional.of(directory);
    }

    private static String chain(
            TomlSection section,
            String key,
            String defaultChain,
            Map<String, ChainSpec> chains,
            PluginPlaces.Builder places) {
        return section.text(key, text -> {
                    ChainSpec chain = ChainTables.resolve(text, chains);
                    chain.plugins().forEach(plugin -> places.add(plugin, section.placeOf(key)));
                    return text;
                })
                .orElse(defaultChain);
    }

    private static Optional<StreamConfig> stream(
            TomlSection section,
            int number,
            String defaultChain,
            Map<String, ChainSpec> chains,
            PluginPlaces.Builder places,
            NormaliserSettings defaultCapture) {
        Optional<StreamName> name = section.text("name", StreamName::new);
        boolean hasSource = section.has("source");
        Optional<SourceUri> source = section.text("source", SourceUri::parse);
        if (!hasSource) {
            section.missing("source", "a text such as \"alsa:default\"");
        }
        Optional<SourceUri> reference = section.text("reference", SourceUri::parse);
        String chain = chain(section, "chain", defaultChain, chains, places);
        Optional<Replay> replay = section.text("replay", Replay::parse);
        TomlSection captureSection = section.section("capture");
        boolean wantsGain = captureSection.has("agc");
        NormaliserSettings capture = capture(captureSection, defaultCapture);
        if (reference.isPresent() && wantsGain && capture.agc().enabled()) {
            section.contradiction(
                    "reference",
                    "with capture.agc = true: an echo canceller needs an echo of even level; leave agc out");
        }
        return source.map(uri -> new StreamConfig(
                        name.orElseGet(() -> StreamNames.of(scheme(uri), number)), uri, chain, capture))
                .map(stream -> reference.map(stream::withReference).orElse(stream))
                .map(stream -> replay.map(stream::withReplay).orElse(stream));
    }

    private static String scheme(SourceUri uri) {
        String text = uri.toString();
        return text.substring(0, text.indexOf(':'));
    }
}
