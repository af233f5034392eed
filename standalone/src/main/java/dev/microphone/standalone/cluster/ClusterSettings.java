package dev.microphone.standalone.cluster;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.PluginConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of a config travels with the job. */
public final class ClusterSettings {
    private ClusterSettings() {}

    /** @param kafka the control bus, by which shards and routers find each other */
    public static ShardSettings of(MicrophoneConfig config, @Nullable KafkaBusSettings kafka) {
        ClusterConfig cluster = config.cluster();
        PluginConfig plugins = config.plugins();
        Map<String, ChainSpec> chains = new LinkedHashMap<>();
        config.streams().forEach(stream -> chains.put(stream.name().value(), config.chain(stream.chain())));
        return new ShardSettings(
                config.control().node(),
                cluster.host(),
                cluster.processorPort(),
                cluster.framePorts(),
                cluster.routers(),
                kafka,
                cluster.snapshotIntervalMs(),
                cluster.checkpointIntervalMs(),
                cluster.rehearse(),
                config.chain(config.defaultChain()),
                chains,
                plugins.directory() == null
                        ? null
                        : plugins.directory().toAbsolutePath().toString(),
                plugins.trustedKeys(),
                plugins.requireSignature(),
                plugins.limits(),
                plugins.totalMemoryBytes(),
                plugins.faultPolicy());
    }
}
