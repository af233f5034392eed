package dev.microphone.standalone.command.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import dev.microphone.standalone.plugin.EventText;
import dev.microphone.standalone.terminal.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plugins status}. */
@Command(
        name = "status",
        description = "Says which versions of plugins a running system uses, where, how they fare, and which stream"
                + " passes which chain.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Prints what /api/plugins answers, for scripts.")
    private boolean json;

    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode plugins = system.call("GET", "/api/plugins", new byte[0]);
        if (json) {
            out.println(plugins);
            return 0;
        }
        Table versions = new Table("plugin", "version", "from", "signed by", "live in", "left out", "faults", "before");
        for (JsonNode plugin : plugins.path("plugins")) {
            List<String> before = new ArrayList<>();
            plugin.path("previousDigests").forEach(digest -> before.add(EventText.shortened(digest.asText())));
            versions.row(
                    plugin.path("name").asText(),
                    EventText.shortened(plugin.path("digest").asText()),
                    plugin.path("origin").asText(),
                    orDash(plugin.path("signedBy").asText()),
                    ActCommand.places(plugin.path("livePlaces").asInt()),
                    plugin.path("suspended").asBoolean()
                            ? "everywhere"
                            : plugin.path("bypassedPlaces").asText(),
                    plugin.path("faults").asText(),
                    orDash(String.join(" ", before)));
        }
        versions.lines().forEach(out::println);
        out.println("all plugins together have "
                + Sizes.mebibytes(plugins.path("memoryBytes").asLong()) + " of memory; they may have "
                + Sizes.mebibytes(plugins.path("memoryLimitBytes").asLong()));
        out.println();
        Table streams = new Table("stream", "chain", "delay");
        for (JsonNode stream : system.call("GET", "/api/chains", new byte[0]).path("streams")) {
            streams.row(
                    stream.path("name").asText(),
                    stream.path("chain").asText(),
                    Sizes.milliseconds(stream.path("latencySamples").asInt()));
        }
        streams.lines().forEach(out::println);
        return 0;
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "–" : text;
    }
}
