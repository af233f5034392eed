package dev.microphone.standalone.config;

import dev.microphone.transport.link.NodeEndpoint;
import java.util.List;
import java.util.regex.Pattern;

/** The {@code [cluster]} table of a config. */
final class ClusterTable {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+]");
    private static final Pattern ROUTER = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9a-fA-F:]+]):[0-9]{1,5}");
    private static final int LEAST_PORT = 1_024;
    private static final int MAX_FRAME_PORTS = 256;
    private static final int MAX_INTERVAL_MS = 600_000;

    private ClusterTable() {}

    static ClusterConfig read(TomlSection section) {
        ClusterConfig defaults = ClusterConfig.defaults();
        String host = section.text("host", ClusterTable::host).orElse(defaults.host());
        int framePorts = section.integer("frame-ports", defaults.framePorts(), 0, MAX_FRAME_PORTS);
        int processorPort = section.integer(
                "processor-port", defaults.processorPort(), LEAST_PORT, HttpConfig.MAX_PORT - 1 - framePorts);
        int routerPort = section.integer("router-port", defaults.routerPort(), LEAST_PORT, HttpConfig.MAX_PORT);
        List<NodeEndpoint> nodes =
                section.has("nodes") ? section.texts("nodes", NodeEndpoint::parse) : defaults.nodes();
        List<String> routers =
                section.has("routers") ? section.texts("routers", ClusterTable::router) : defaults.routers();
        int snapshotIntervalMs =
                section.integer("snapshot-interval-millis", defaults.snapshotIntervalMs(), 100, MAX_INTERVAL_MS);
        int checkpointIntervalMs =
                section.integer("checkpoint-interval-millis", defaults.checkpointIntervalMs(), 100, MAX_INTERVAL_MS);
        boolean rehearse = section.bool("rehearse", defaults.rehearse());
        section.finish();
        return new ClusterConfig(
                host,
                processorPort,
                framePorts,
                routerPort,
                nodes,
                routers,
                snapshotIntervalMs,
                checkpointIntervalMs,
                rehearse);
    }

    private static String host(String text) {
        if (!text.isEmpty() && !HOST.matcher(text).matches()) {
            throw new IllegalArgumentException("host '" + text
                    + "': allowed is a name or an address of this machine, and \"\" for its own name's");
        }
        return text;
    }

    private static String router(String text) {
        if (!ROUTER.matcher(text).matches()) {
            throw new IllegalArgumentException("router '" + text + "': allowed is host:port, such as 10.0.0.9:40000");
        }
        NodeEndpoint.parse(text);
        return text;
    }
}
