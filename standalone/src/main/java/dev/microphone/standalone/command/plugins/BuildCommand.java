package dev.microphone.standalone.command.plugins;

import dev.microphone.plugins.toolchain.AuthorBuild;
import dev.microphone.plugins.toolchain.ToolchainException;
import dev.microphone.standalone.sdk.ModuleReport;
import dev.microphone.standalone.sdk.PluginSources;
import dev.microphone.standalone.terminal.Terminal;
import dev.microphone.standalone.terminal.UserError;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins build}. */
@Command(
        name = "build",
        description = {
            "Compiles C to a plugin, with the clang that came with Microphone, and checks it.",
            "Header, maths and parameters are found by themselves: #include \"microphone_plugin.h\"."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone plugins build tremolo/                        all .c files in it, to tremolo/tremolo.wasm",
            "  microphone plugins build my.c filter.c -o my.wasm -DTAPS=64"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class BuildCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "C files, or one folder of them.")
    private List<Path> sources;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The module to write; default: the first source's name with .wasm.")
    private @Nullable Path output;

    @Option(names = "-D", paramLabel = "NAME[=VALUE]", description = "Preprocessor definition; may be repeated.")
    private List<String> defines = new ArrayList<>();

    @Option(
            names = "--flag",
            paramLabel = "FLAG",
            description = "For clang, as it is: --flag=-fno-inline-functions; may be repeated.")
    private List<String> flags = new ArrayList<>();

    @Option(
            names = "--stack-bytes",
            paramLabel = "N",
            description = "Of the plugin's stack; default ${DEFAULT-VALUE}.",
            defaultValue = "" + AuthorBuild.DEFAULT_STACK_BYTES)
    private int stackBytes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PluginSources found = PluginSources.of(sources);
        Path module = output == null ? found.defaultOutput() : output;
        long startNs = System.nanoTime();
        build(found, module);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        byte[] wasm = Files.readAllBytes(module);
        ModuleReport report = ModuleReport.of(wasm);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%s: built in %.1f s, %s%s%n",
                module,
                seconds,
                Sizes.kibibytes(wasm.length),
                report.accepted() ? "" : ", but it is no plugin yet");
        report.lines().forEach(line -> out.println("  " + line));
        if (!report.accepted()) {
            return UserError.FAILED;
        }
        out.println("next: " + Terminal.program() + " plugins bench " + module);
        out.println(
                "      " + Terminal.program() + " run --source tone: --chain " + PluginSources.chainReference(module));
        return 0;
    }

    private void build(PluginSources found, Path module) {
        List<String> all = new ArrayList<>(flags);
        defines.forEach(define -> all.add("-D" + define));
        AuthorBuild build;
        try {
            build = new AuthorBuild(found.files(), all, stackBytes, Terminal.isErrorTerminal());
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage("--stack-bytes: " + e.getMessage(), e);
        }
        try {
            System.err.print(build.run(module, message -> System.err.println("microphone: " + message)));
        } catch (ToolchainException.SourceRejected e) {
            // As the compiler printed it, so that editors find the place.
            System.err.println(e.getMessage());
            throw UserError.failed(module + " was not built", e);
        } catch (ToolchainException e) {
            throw UserError.failed(String.valueOf(e.getMessage()), e);
        }
    }
}
