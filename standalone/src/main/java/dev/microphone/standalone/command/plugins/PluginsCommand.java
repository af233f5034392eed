package dev.microphone.standalone.command.plugins;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plugins} without a subcommand. */
@Command(
        name = "plugins",
        description = "Lists the plugins that come with Microphone, and checks those of others.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListCommand.class, CheckCommand.class},
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  microphone plugins list", "  microphone plugins check mine.wasm"})
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
public final class PluginsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what: known are " + String.join(", ", spec.subcommands().keySet()));
    }
}
