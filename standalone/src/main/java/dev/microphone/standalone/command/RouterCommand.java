package dev.microphone.standalone.command;

import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.live.RouterNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code router}. */
@Command(
        name = "router",
        description = {
            "Takes processed frames from processor nodes, and delivers them to listeners and files.",
            "Streams that it got before are recognised by epoch and sequence, and not delivered twice."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone router --sink ws: --sink flac:recordings/",
            "  microphone router --config microphone.toml"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class RouterCommand implements Callable<Integer> {
    @Mixin
    private NodeOptions options;

    @Option(
            names = "--sink",
            paramLabel = "URI",
            description = "ws:, wav:FOLDER/, flac:FOLDER/; may be repeated; default ws:.")
    private List<String> sinks = new ArrayList<>();

    @ParentCommand
    private MicrophoneCommand parent;

    @Override
    public Integer call() throws Exception {
        MicrophoneConfig config = options.config();
        MicrophoneConfig used = sinks.isEmpty()
                ? config
                : config.withSinks(sinks.stream()
                        .map(sink -> Flags.checked("--sink", sink, SinkUri::parse))
                        .toList());
        return NodeOptions.run(
                errors -> new Running(RouterNode.start(used, errors, System.err::println)), parent.isDebug());
    }

    private record Running(RouterNode node) implements NodeOptions.Node {
        @Override
        public String greeting() {
            return "router takes frames at " + node.endpoint() + "; listen at " + node.url();
        }

        @Override
        public void close() {
            node.close();
        }
    }
}
