package dev.microphone.standalone.command.plugins;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plugins} without a subcommand. */
@Command(
        name = "plugins",
        description = {
            "Lists the plugins that come with Microphone; writes, builds, checks and measures your own; replaces them",
            "in a system that runs."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListCommand.class,
            NewCommand.class,
            BuildCommand.class,
            CheckCommand.class,
            BenchPluginCommand.class,
            DiffCommand.class,
            KeygenCommand.class,
            SignCommand.class,
            DeployCommand.class,
            StatusCommand.class,
            ChainCommand.class,
            ActCommand.RollBack.class,
            ActCommand.Resume.class
        },
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone plugins list",
            "  microphone plugins new tremolo            a small plugin that works, to begin from",
            "  microphone plugins build tremolo          C to WASM, with nothing to install",
            "  microphone plugins check mine.wasm",
            "  microphone plugins bench mine.wasm",
            "  microphone plugins diff old.wasm new.wasm talk.wav",
            "  microphone plugins deploy mine.wasm       into a system that runs, without a frame lost"
        })
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
