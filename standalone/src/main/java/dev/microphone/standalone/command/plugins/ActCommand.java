package dev.microphone.standalone.command.plugins;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins rollback} and {@code plugins resume}: the command's name is the API's. */
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
class ActCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The plugin, as chains name it.")
    private String name;

    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String path = "/api/plugins/" + DeployCommand.encoded(name) + "/" + spec.name();
        spec.commandLine().getOut().println(system.call("POST", path, new byte[0]));
        return 0;
    }

    @Command(name = "rollback", description = "Has a running system go back to a plugin's version before this one.")
    static final class RollBack extends ActCommand {}

    @Command(name = "resume", description = "Has a running system use a plugin again that failed too often.")
    static final class Resume extends ActCommand {}
}
