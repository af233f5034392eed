package dev.microphone.standalone.command.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import dev.microphone.standalone.plugin.EventText;
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
abstract class ActCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The plugin, as chains name it.")
    private String name;

    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String path = "/api/plugins/" + RunningSystem.encoded(name) + "/" + spec.name();
        spec.commandLine().getOut().println(said(name, system.call("POST", path, new byte[0])));
        return 0;
    }

    /** What has been done, in a line. */
    abstract String said(String plugin, JsonNode answer);

    static String places(int count) {
        return count + (count == 1 ? " place" : " places");
    }

    @Command(name = "rollback", description = "Has a running system go back to a plugin's version before this one.")
    static final class RollBack extends ActCommand {
        @Override
        String said(String plugin, JsonNode answer) {
            return "plugin '" + plugin + "' is back at version "
                    + EventText.shortened(answer.path("digest").asText()) + ", live in "
                    + places(answer.path("livePlaces").asInt());
        }
    }

    @Command(name = "resume", description = "Has a running system use a plugin again that failed too often.")
    static final class Resume extends ActCommand {
        @Override
        String said(String plugin, JsonNode answer) {
            int count = answer.path("resumedPlaces").asInt();
            return count == 0
                    ? "plugin '" + plugin + "' was left out nowhere"
                    : "plugin '" + plugin + "' is used again in " + places(count) + " where it was left out";
        }
    }
}
