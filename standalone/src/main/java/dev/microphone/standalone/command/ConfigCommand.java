package dev.microphone.standalone.command;

import dev.microphone.standalone.config.ConfigFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code config}. */
@Command(
        name = "config",
        description = "Prints a config file with every key, its default and the reason for it.",
        footerHeading = "%nExample:%n",
        footer = "  microphone config > microphone.toml")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ConfigCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().print(ConfigFile.reference());
        spec.commandLine().getOut().flush();
    }
}
