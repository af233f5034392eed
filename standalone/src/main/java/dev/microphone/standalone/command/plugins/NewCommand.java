package dev.microphone.standalone.command.plugins;

import dev.microphone.standalone.sdk.PluginTemplate;
import dev.microphone.standalone.terminal.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins new}. */
@Command(
        name = "new",
        description = "Writes a small plugin that works, to begin from.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone plugins new tremolo",
            "  microphone plugins new tremolo --language assemblyscript --dir ~/tremolo-as"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class NewCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Of the plugin: lower-case letters, digits, '-' and '_'.")
    private String name;

    @Option(
            names = "--language",
            paramLabel = "LANGUAGE",
            defaultValue = "c",
            description = "c (needs nothing else) or assemblyscript (needs npm); default ${DEFAULT-VALUE}.")
    private PluginTemplate language;

    @Option(names = "--dir", paramLabel = "FOLDER", description = "Where to; default: a folder of the plugin's name.")
    private @Nullable Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Path target = folder == null ? Path.of(name) : folder;
        PrintWriter out = spec.commandLine().getOut();
        language.write(name, target).forEach(file -> out.println("wrote " + file));
        String build = switch (language) {
            case C -> Terminal.program() + " plugins build " + target;
            case ASSEMBLYSCRIPT -> "cd " + target + " && npm install && npm run build";
        };
        out.println("next: " + build);
        return 0;
    }
}
