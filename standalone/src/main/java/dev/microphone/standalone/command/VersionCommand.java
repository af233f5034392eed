package dev.microphone.standalone.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code version}: the same as {@code --version}. */
@Command(
        name = "version",
        versionProvider = Version.class,
        description = "Shows the versions of Microphone and of Java.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class VersionCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().printVersionHelp(spec.commandLine().getOut());
    }
}
