package dev.microphone.standalone.command;

import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.live.ProcessorNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code processor}. */
@Command(
        name = "processor",
        description = {
            "Runs one processor node, outside Flink: it owns all streams that agents bring, runs each through its chain,",
            "and sends it to a router. It keeps no snapshots: 'cluster' has nodes that do."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  microphone processor --config microphone.toml       ('microphone config' prints one)"})
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ProcessorCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @ParentCommand
    private MicrophoneCommand parent;

    @Override
    public Integer call() throws Exception {
        MicrophoneConfig config = options.config();
        return NodeOptions.run(
                errors -> new Running(ProcessorNode.start(config, errors, System.err::println)), parent.isDebug());
    }

    private record Running(ProcessorNode node) implements NodeOptions.Node {
        @Override
        public String greeting() {
            return "processor answers agents at " + node.endpoint() + "; metrics at " + node.url() + "metrics";
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
