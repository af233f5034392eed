package dev.microphone.standalone.command;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.wasm.PluginFinding;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.standalone.plugin.OfficialPlugin;
import dev.microphone.standalone.terminal.Table;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins}. */
@Command(
        name = "plugins",
        description = "Lists the plugins that come with Microphone, and checks those of others.",
        footerHeading = "%nExamples:%n",
        footer = {"  microphone plugins list", "  microphone plugins check mine.wasm"})
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class PluginsCommand implements Runnable {
    private static final int SHOWN_DIGEST_LENGTH = 12;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: known are list, check");
    }

    @Command(name = "list", description = "Lists the plugins that come with Microphone.")
    int list() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Table table = new Table("name", "digest", "size", "what it does");
        for (String name : OfficialPlugins.names()) {
            OfficialPlugin plugin = OfficialPlugin.read(name);
            table.row(
                    name,
                    plugin.digest().substring(0, SHOWN_DIGEST_LENGTH),
                    kibibytes(plugin.lengthBytes()),
                    plugin.description());
        }
        table.lines().forEach(out::println);
        return 0;
    }

    @Command(
            name = "check",
            description = "Says whether files are plugins that would be loaded, and everything that is odd about them.")
    int check(@Parameters(arity = "1..*", paramLabel = "FILE", description = "A .wasm file.") List<Path> files)
            throws IOException {
        boolean rejected = false;
        for (Path file : files) {
            rejected |= !check(file);
        }
        return rejected ? UserError.FAILED : 0;
    }

    private boolean check(Path file) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (!Files.isRegularFile(file)) {
            out.println(file + ": rejected: " + (Files.exists(file) ? "is not a regular file" : "no such file"));
            return false;
        }
        if (Files.size(file) > PluginModule.MAX_MODULE_BYTES) {
            out.println(file + ": rejected: is " + Files.size(file) + " bytes long, the limit is "
                    + PluginModule.MAX_MODULE_BYTES);
            return false;
        }
        List<PluginFinding> findings = PluginModule.check(Files.readAllBytes(file), PluginLimits.defaults());
        boolean accepted = findings.stream().noneMatch(PluginFinding::rejects);
        out.println(file + ": " + (accepted ? "accepted" : "rejected") + ", " + kibibytes(Files.size(file)));
        findings.forEach(finding -> out.println("  " + finding));
        return accepted;
    }

    private static String kibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
}
