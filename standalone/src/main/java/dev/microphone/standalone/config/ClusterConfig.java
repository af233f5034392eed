package dev.microphone.standalone.config;

import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.link.NodeEndpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * How agents, processor nodes and routers on several machines find each other.
 *
 * @param host what other machines reach this one by; empty: what its own name means
 * @param processorPort the first UDP port of a processor node's block: hellos; the next: answers; then frames
 * @param framePorts how many ports for frames there are behind those two
 * @param routerPort UDP port of a router
 * @param nodes processor nodes, any of them, that an agent asks
 * @param routers where processed frames go; empty: those that announce themselves on the control bus
 * @param snapshotIntervalMs within which each stream's chain is written down once
 * @param checkpointIntervalMs between two checkpoints, by which frames are acknowledged
 * @param rehearse whether TaskManagers do by themselves, behind the start of a job, what a failure will ask of them
 */
public record ClusterConfig(
        String host,
        int processorPort,
        int framePorts,
        int routerPort,
        List<NodeEndpoint> nodes,
        List<String> routers,
        int snapshotIntervalMs,
        int checkpointIntervalMs,
        boolean rehearse) {
    private static final int DEFAULT_PROCESSOR_PORT = 40_100;
    private static final int DEFAULT_ROUTER_PORT = 40_000;
    private static final int DEFAULT_FRAME_PORTS = 16;
    private static final int DEFAULT_SNAPSHOT_INTERVAL_MS = 1_000;
    private static final int DEFAULT_CHECKPOINT_INTERVAL_MS = 500;

    /** {@link #host}, or what this machine's own name means where that is empty. */
    public String ownHost() {
        try {
            return host.isEmpty() ? InetAddress.getLocalHost().getHostAddress() : host;
        } catch (UnknownHostException e) {
            throw UserError.failed("this machine's own name has no address: set cluster.host", e);
        }
    }

    public ClusterConfig withRouters(List<String> newRouters) {
        return new ClusterConfig(
                host,
                processorPort,
                framePorts,
                routerPort,
                nodes,
                newRouters,
                snapshotIntervalMs,
                checkpointIntervalMs,
                rehearse);
    }

    public ClusterConfig withNodes(List<NodeEndpoint> newNodes) {
        return new ClusterConfig(
                host,
                processorPort,
                framePorts,
                routerPort,
                newNodes,
                routers,
                snapshotIntervalMs,
                checkpointIntervalMs,
                rehearse);
    }

    static ClusterConfig defaults() {
        return new ClusterConfig(
                "127.0.0.1",
                DEFAULT_PROCESSOR_PORT,
                DEFAULT_FRAME_PORTS,
                DEFAULT_ROUTER_PORT,
                List.of(new NodeEndpoint("127.0.0.1", DEFAULT_PROCESSOR_PORT, DEFAULT_PROCESSOR_PORT + 1)),
                List.of(),
                DEFAULT_SNAPSHOT_INTERVAL_MS,
                DEFAULT_CHECKPOINT_INTERVAL_MS,
                true);
    }
}
