package dev.microphone.standalone.command.plugins;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plugins status}. */
@Command(
        name = "status",
        description = "Says, as JSON, which versions of plugins a running system uses, where, and how they fare.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        spec.commandLine().getOut().println(system.call("GET", "/api/plugins", new byte[0]));
        return 0;
    }
}
