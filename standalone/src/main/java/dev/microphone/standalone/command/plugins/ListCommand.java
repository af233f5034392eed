package dev.microphone.standalone.command.plugins;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.plugin.EventText;
import dev.microphone.standalone.plugin.OfficialPlugin;
import dev.microphone.standalone.terminal.Table;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plugins list}. */
@Command(name = "list", description = "Lists the plugins that come with Microphone.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        Table table = new Table("name", "digest", "size", "what it does");
        for (String name : OfficialPlugins.names()) {
            OfficialPlugin plugin = OfficialPlugin.read(name);
            table.row(
                    name,
                    EventText.shortened(plugin.digest()),
                    Sizes.kibibytes(plugin.lengthBytes()),
                    plugin.description());
        }
        table.lines().forEach(out::println);
        return 0;
    }
}
