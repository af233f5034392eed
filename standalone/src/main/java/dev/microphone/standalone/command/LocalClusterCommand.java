package dev.microphone.standalone.command;

import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.cluster.TrialCluster;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.plugin.Plugins;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.service.ErrorLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code cluster local}. */
@Command(
        name = "local",
        description = {
            "Starts a real Flink cluster on this machine, in processes of their own, with the job in it, and a router.",
            "For trying it: kill a TaskManager, and listen. Without control.kafka it brings a broker of its own."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone cluster local --taskmanagers 3 --chain rnnoise --sink ws: --sink flac:recordings/",
            "  microphone agent --source alsa:default            (in another terminal)"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class LocalClusterCommand implements Callable<Integer> {
    private static final int MAX_TASK_MANAGERS = 64;

    @Mixin
    private NodeOptions options;

    @Option(names = "--taskmanagers", paramLabel = "N", description = "Processes that run the job; default 2.")
    private int taskManagers = 2;

    @Option(names = "--slots", paramLabel = "N", description = "Subtasks that one of them can take; default 2.")
    private int slots = 2;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Subtasks of the job; default: as many as TaskManagers, so that there are spare slots.")
    private @Nullable Integer parallelism;

    @Option(names = "--chain", paramLabel = "CHAIN", description = "What streams pass that the config does not name.")
    private @Nullable String chain;

    @Option(names = "--sink", paramLabel = "URI", description = "Of the router; may be repeated; default ws:.")
    private List<String> sinks = new ArrayList<>();

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "For logs, checkpoints and savepoints; default: a temporary one.")
    private @Nullable Path folder;

    @ParentCommand
    private ClusterCommand parent;

    @Override
    public Integer call() throws Exception {
        if (taskManagers < 1 || taskManagers > MAX_TASK_MANAGERS || slots < 1 || slots > MAX_TASK_MANAGERS) {
            throw UserError.badUsage(taskManagers + " TaskManagers of " + slots + " slots: allowed are 1 to "
                    + MAX_TASK_MANAGERS + " each");
        }
        int subtasks = parallelism == null ? taskManagers : parallelism;
        if (subtasks < 1 || subtasks > taskManagers * slots) {
            throw UserError.badUsage("--parallelism " + subtasks + ": allowed are 1 to " + taskManagers * slots
                    + ", the slots that there are");
        }
        MicrophoneConfig config = config();
        requireUsable(config);
        return NodeOptions.run(errors -> start(config, subtasks, errors), parent.isDebug());
    }

    /** What is wrong with a chain shows here and not in a TaskManager's log. */
    private static void requireUsable(MicrophoneConfig config) {
        Consumer<String> messages = System.err::println;
        PluginSources sources =
                new PluginSources(config.plugins().directory(), config.plugins().trust());
        try (Plugins plugins = new Plugins(
                sources,
                config.plugins().limits(),
                config.plugins().totalMemory(),
                0,
                messages,
                config.pluginPlaces())) {
            plugins.prepare(config.chain(config.defaultChain())).close();
            config.streams()
                    .forEach(stream ->
                            plugins.prepare(config.chain(stream.chain())).close());
        }
    }

    private MicrophoneConfig config() {
        MicrophoneConfig config = options.config();
        if (chain != null) {
            Flags.checked("--chain", chain, config::chain);
            config = config.withDefaultChain(chain);
        }
        return sinks.isEmpty()
                ? config
                : config.withSinks(sinks.stream()
                        .map(sink -> Flags.checked("--sink", sink, SinkUri::parse))
                        .toList());
    }

    private NodeOptions.Node start(MicrophoneConfig config, int subtasks, ErrorLog errors) {
        TrialCluster cluster = TrialCluster.start(
                config, new TrialCluster.Size(taskManagers, slots, subtasks), folder, errors, System.err::println);
        return new Running(cluster);
    }

    private record Running(TrialCluster cluster) implements NodeOptions.Node {
        @Override
        public String greeting() {
            return cluster.description();
        }

        @Override
        public void close() {
            cluster.close();
        }
    }
}
