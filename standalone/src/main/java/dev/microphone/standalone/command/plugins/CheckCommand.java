package dev.microphone.standalone.command.plugins;

import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.standalone.sdk.ModuleReport;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins check}. */
@Command(
        name = "check",
        description = "Says whether files are plugins that would be loaded, and everything that is odd about them.",
        footerHeading = "%nExamples:%n",
        footer = "  microphone plugins check mine.wasm")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class CheckCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A .wasm file.")
    private List<Path> files;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
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
        ModuleReport report = ModuleReport.of(Files.readAllBytes(file));
        out.println(
                file + ": " + (report.accepted() ? "accepted" : "rejected") + ", " + Sizes.kibibytes(Files.size(file)));
        report.lines().forEach(line -> out.println("  " + line));
        return report.accepted();
    }
}
