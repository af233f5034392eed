package dev.microphone.loadtest.scale;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.flink.ShardSettings;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.standalone.cluster.LocalCluster;
import dev.microphone.transport.link.NodeEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The job in one TaskManager of a real local cluster. Only the TaskManager's time is counted. */
final class FlinkNode implements NodeProcess {
    /** So that a stall of the machine does not take a plugin out of the measurement. */
    private static final long FRAME_BUDGET_NS = 2_000_000_000L;

    private static final int CHECKPOINT_INTERVAL_MS = 500;

    private final LocalCluster cluster;
    private final List<NodeEndpoint> endpoints;

    private FlinkNode(LocalCluster cluster, List<NodeEndpoint> endpoints) {
        this.cluster = cluster;
        this.endpoints = endpoints;
    }

    /**
     * @param subtasks in the one TaskManager
     * @param snapshotIntervalMs within which each stream is written down once
     */
    static FlinkNode start(Path folder, Ports ports, int subtasks, int framePorts, String chain, int snapshotIntervalMs)
            throws Exception {
        ShardSettings settings = new ShardSettings(
                "bench",
                "127.0.0.1",
                ports.processor(),
                framePorts,
                List.of(ports.routerEndpoint()),
                null,
                snapshotIntervalMs,
                CHECKPOINT_INTERVAL_MS,
                true,
                ChainSpec.parse(chain),
                Map.of(),
                null,
                List.of(),
                false,
                PluginLimits.defaults().withFrameBudgetNs(FRAME_BUDGET_NS),
                0,
                FaultPolicy.DEFAULT);
        // A slot more, for the warm-up: otherwise the node would rehearse by itself beside what is measured.
        LocalCluster cluster = LocalCluster.start(folder, 1, subtasks + 1, List.of(MEASURED), message -> {});
        boolean isUp = false;
        try {
            cluster.submit(settings, subtasks, null);
            cluster.warmUp(settings);
            isUp = true;
        } finally {
            if (!isUp) {
                cluster.close();
            }
        }
        return new FlinkNode(
                cluster,
                IntStream.range(0, subtasks)
                        .map(subtask -> ports.processor() + subtask * (2 + framePorts))
                        .mapToObj(port -> new NodeEndpoint("127.0.0.1", port, port + 1))
                        .toList());
    }

    @Override
    public List<NodeEndpoint> endpoints() {
        return endpoints;
    }

    @Override
    public ProcessHandle process() {
        return cluster.taskManagers().getFirst().toHandle();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
