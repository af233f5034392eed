package dev.microphone.standalone.config;

import dev.microphone.edge.cluster.LiveFirst;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.plugin.PluginPlaces;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * All that {@code run} can be told. Where each default comes from is said in the reference file, {@code
 * microphone.toml} beside this class.
 *
 * @param http where the page, the metrics and the health answers are served
 * @param plugins what plugins may use, and where they come from
 * @param control where events go
 * @param cluster how agents, processor nodes and routers on several machines find each other
 * @param spool what an agent keeps until a processor has it for good
 * @param defaultChain what streams pass that say nothing themselves
 * @param chains those that have a name
 * @param pluginPlaces where the file names plugins, for messages about them
 * @param sinks where the streams go; each gets all of them
 * @param streams what is captured
 */
public record MicrophoneConfig(
        HttpConfig http,
        PluginConfig plugins,
        ControlConfig control,
        ClusterConfig cluster,
        SpoolConfig spool,
        String defaultChain,
        Map<String, ChainSpec> chains,
        PluginPlaces pluginPlaces,
        List<SinkUri> sinks,
        List<StreamConfig> streams) {
    public static final String DEFAULT_CHAIN = "none";

    /** Hearing oneself in the browser needs nothing installed. */
    public static final String DEFAULT_SINK = "ws:";

    /** What holds where neither file nor flag says anything; no streams. */
    public static MicrophoneConfig defaults() {
        return new MicrophoneConfig(
                HttpConfig.defaults(),
                PluginConfig.defaults(),
                ControlConfig.defaults(),
                ClusterConfig.defaults(),
                SpoolConfig.defaults(),
                DEFAULT_CHAIN,
                Map.of(),
                PluginPlaces.NONE,
                List.of(SinkUri.parse(DEFAULT_SINK)),
                List.of());
    }

    /** What capture does beside changing the format, live. */
    public static NormaliserSettings defaultCapture() {
        return NormaliserSettings.defaults();
    }

    public MicrophoneConfig withHttp(HttpConfig newHttp) {
        return new MicrophoneConfig(
                newHttp, plugins, control, cluster, spool, defaultChain, chains, pluginPlaces, sinks, streams);
    }

    public MicrophoneConfig withControl(ControlConfig newControl) {
        return new MicrophoneConfig(
                http, plugins, newControl, cluster, spool, defaultChain, chains, pluginPlaces, sinks, streams);
    }

    public MicrophoneConfig withCluster(ClusterConfig newCluster) {
        return new MicrophoneConfig(
                http, plugins, control, newCluster, spool, defaultChain, chains, pluginPlaces, sinks, streams);
    }

    public MicrophoneConfig withSpool(SpoolConfig newSpool) {
        return new MicrophoneConfig(
                http, plugins, control, cluster, newSpool, defaultChain, chains, pluginPlaces, sinks, streams);
    }

    public MicrophoneConfig withDefaultChain(String newDefault) {
        return new MicrophoneConfig(
                http, plugins, control, cluster, spool, newDefault, chains, pluginPlaces, sinks, streams);
    }

    public MicrophoneConfig withSinks(List<SinkUri> newSinks) {
        return new MicrophoneConfig(
                http, plugins, control, cluster, spool, defaultChain, chains, pluginPlaces, newSinks, streams);
    }

    public MicrophoneConfig withStreams(List<StreamConfig> newStreams) {
        return new MicrophoneConfig(
                http, plugins, control, cluster, spool, defaultChain, chains, pluginPlaces, sinks, newStreams);
    }

    /**
     * The streams that an agent sends live first after a reconnection.
     *
     * @throws UserError when what comes behind one of them cannot have its name
     */
    public LiveFirst liveFirst() {
        Set<StreamName> names = streams.stream().map(StreamConfig::name).collect(Collectors.toSet());
        Set<StreamName> liveFirst = new HashSet<>();
        for (StreamConfig stream : streams) {
            Replay replay = stream.replay();
            if ((replay == null ? spool.replay() : replay) == Replay.LIVE_FIRST) {
                StreamName backfill = stream.name().backfill();
                if (backfill == null || names.contains(backfill)) {
                    throw UserError.badUsage("stream '" + stream.name() + "' cannot have replay \"" + Replay.LIVE_FIRST
                            + "\": "
                            + (backfill == null
                                    ? "the last part of its name is too long for a suffix"
                                    : "what comes behind it is '" + backfill + "', which is another stream"));
                }
                liveFirst.add(stream.name());
            }
        }
        return new LiveFirst(liveFirst, TimeUnit.MILLISECONDS.toNanos(spool.inOrderMillis()));
    }

    /**
     * What a stream's chain means: the name of one of {@link #chains}, or a list of plugins. No name is that of an
     * official plugin; one that is also a plugin's of the plugin directory means the chain.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public ChainSpec chain(String text) {
        return ChainTables.resolve(text, chains);
    }
}
