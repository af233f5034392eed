package dev.microphone.standalone.command;

import dev.microphone.edge.source.SourceUri;
import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.config.StreamNames;
import dev.microphone.standalone.live.AgentNode;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.service.ErrorLog;
import java.io.PrintStream;
import java.nio.file.Path;
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

/** {@code agent}. */
@Command(
        name = "agent",
        description = {
            "Captures, and sends each stream to the processor node that owns it; any node will tell which one that is.",
            "What no processor has for good is kept, and sent again after a crash or a cut link."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone agent --source alsa:default --node 10.0.0.7:40100 --node 10.0.0.8:40100",
            "  microphone agent --source alsa:hw:1,0 --node processors.example:40100 --spool /var/spool/microphone",
            "  microphone agent --config microphone.toml"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class AgentCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

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
            names = "--node",
            paramLabel = "HOST:PORT",
            description = "A processor node to ask; may be repeated; default 127.0.0.1:40100.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--spool",
            paramLabel = "FOLDER",
            description = "Keeps what is not acknowledged there, beyond the agent's end; default: in memory.")
    private @Nullable Path spoolFolder;

    @ParentCommand
    private MicrophoneCommand parent;

    @Override
    public Integer call() throws Exception {
        MicrophoneConfig config = config();
        PrintStream err = System.err;
        ErrorLog errors = new ErrorLog(SystemEpochClock.INSTANCE, err, parent.isDebug());
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        return Interruption.endsBy(() -> interrupted.complete(true), 0, () -> run(config, errors, interrupted));
    }

    private static int run(MicrophoneConfig config, ErrorLog errors, CompletableFuture<?> interrupted) {
        PrintStream err = System.err;
        AgentNode agent = AgentNode.start(config, errors, err::println);
        try (agent) {
            config.streams().forEach(stream -> err.println(stream.name() + ": " + stream.source()));
            err.println("sent to whom " + config.cluster().nodes() + " say; metrics at " + agent.url()
                    + "metrics (Ctrl-C ends)");
            CompletableFuture.anyOf(interrupted, agent.allEnded()).join();
        }
        long left = agent.spooledFrames();
        if (left == 0) {
            return 0;
        }
        boolean isKept = config.spool().folder() != null;
        err.println(left + " frames were not acknowledged"
                + (isKept ? ": they stay in " + config.spool().folder() + " for the next start" : " and are lost"));
        return isKept ? 0 : UserError.FAILED;
    }

    private MicrophoneConfig config() {
        MicrophoneConfig config = options.config();
        if (!sources.isEmpty()) {
            config = config.withStreams(streams());
        }
        if (config.streams().isEmpty()) {
            throw UserError.badUsage("nothing to capture: name a --source, such as alsa:default"
                    + " ('microphone devices' lists the microphones), or a --config file with a [[stream]]");
        }
        if (!nodes.isEmpty()) {
            ClusterConfig cluster = config.cluster();
            config = config.withCluster(cluster.withNodes(nodes.stream()
                    .map(node -> Flags.checked("--node", node, NodeEndpoint::parse))
                    .toList()));
        }
        return spoolFolder == null ? config : config.withSpool(config.spool().in(spoolFolder));
    }

    private List<StreamConfig> streams() {
        if (!names.isEmpty() && names.size() != sources.size()) {
            throw UserError.badUsage(names.size() + " --name for " + sources.size()
                    + " --source: name all of them in their order, or none");
        }
        List<StreamConfig> streams = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            SourceUri source = Flags.checked("--source", sources.get(i), SourceUri::parse);
            String scheme = sources.get(i).substring(0, sources.get(i).indexOf(':'));
            StreamName name = names.isEmpty()
                    ? StreamNames.of(scheme, i + 1)
                    : Flags.checked("--name", names.get(i), StreamName::new);
            streams.add(
                    new StreamConfig(name, source, MicrophoneConfig.DEFAULT_CHAIN, MicrophoneConfig.defaultCapture()));
        }
        return streams;
    }
}
