package dev.microphone.processor.flink;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.trust.TrustedKey;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.schemas.bus.KafkaBusSettings;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a node of the cluster must know; it travels with the job.
 *
 * @param node what the cluster calls itself in events
 * @param host what agents reach the TaskManager by; "" : the address that its machine is known by
 * @param firstPort the first of the UDP ports that shards take, a block of 2 + framePorts each
 * @param framePorts ports for frames in each block
 * @param routers where processed frames go, host:port; empty: those that announce themselves
 * @param kafka the control bus; null where one TaskManager does it all
 * @param snapshotIntervalMs within which each stream is written down once
 * @param checkpointIntervalMs between two checkpoints
 * @param rehearse whether TaskManagers do by themselves, behind the start of the job, what a failure will ask of them
 * @param defaultChain of streams that are not named here
 * @param chains of streams, by their names
 * @param pluginMemoryBytes the most that all plugins of a TaskManager may have together; 0: half of its heap
 * @param pluginDirectory on the TaskManagers' machines; null: official plugins, and files by their paths
 */
public record ShardSettings(
        String node,
        String host,
        int firstPort,
        int framePorts,
        List<String> routers,
        @Nullable KafkaBusSettings kafka,
        int snapshotIntervalMs,
        int checkpointIntervalMs,
        boolean rehearse,
        ChainSpec defaultChain,
        Map<String, ChainSpec> chains,
        @Nullable String pluginDirectory,
        List<TrustedKey> trustedKeys,
        boolean requireSignature,
        PluginLimits limits,
        long pluginMemoryBytes,
        FaultPolicy faultPolicy)
        implements Serializable {
    public ShardSettings {
        routers = List.copyOf(routers);
        chains = Map.copyOf(chains);
        trustedKeys = List.copyOf(trustedKeys);
    }
}
