package dev.microphone.standalone.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cluster}. */
@Command(
        name = "cluster",
        description = "The processor cluster, an Apache Flink job.",
        subcommands = LocalClusterCommand.class)
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class ClusterCommand implements Runnable {
    @ParentCommand
    private MicrophoneCommand parent;

    @Spec
    private CommandSpec spec;

    boolean isDebug() {
        return parent.isDebug();
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing: known are "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
