package dev.microphone.standalone.command;

import dev.microphone.standalone.config.ClusterConfig;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.live.AgentNode;
import dev.microphone.standalone.terminal.Interruption;
import dev.microphone.standalone.terminal.UserError;
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

    @Mixin
    private CaptureOptions capture;

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
        MicrophoneConfig config = capture.override(options.config());
        if (!nodes.isEmpty()) {
            ClusterConfig cluster = config.cluster();
            config = config.withCluster(cluster.withNodes(nodes.stream()
                    .map(node -> Flags.checked("--node", node, NodeEndpoint::parse))
                    .toList()));
        }
        return spoolFolder == null ? config : config.withSpool(config.spool().in(spoolFolder));
    }
}
