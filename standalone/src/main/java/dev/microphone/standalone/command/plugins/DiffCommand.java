package dev.microphone.standalone.command.plugins;

import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.standalone.sdk.PluginDiff;
import dev.microphone.standalone.terminal.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins diff}. */
@Command(
        name = "diff",
        description = "Sends a file through two versions of a plugin, and shows what the second does differently.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  microphone plugins diff old.wasm new.wasm talk.wav",
            "  microphone plugins diff tremolo.wasm tremolo.wasm talk.wav --params-a hz=2 --params-b hz=4 -o compared/"
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class DiffCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A", description = "A .wasm file or a name, with parameters if need be.")
    private String before;

    @Parameters(index = "1", paramLabel = "B", description = "The same, the newer one.")
    private String after;

    @Parameters(index = "2", paramLabel = "IN", description = "A WAV file of at most 10 minutes.")
    private Path input;

    @Option(names = "--params", paramLabel = "KEY=VALUE,…", description = "Parameters for both.")
    private String parameters = "";

    @Option(names = "--params-a", paramLabel = "KEY=VALUE,…", description = "Parameters for the first alone.")
    private String parametersBefore = "";

    @Option(names = "--params-b", paramLabel = "KEY=VALUE,…", description = "Parameters for the second alone.")
    private String parametersAfter = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "diff-out",
            description = "Folder for both results, the difference and the spectrograms; default ${DEFAULT-VALUE}.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(input)) {
            throw UserError.failed(input + ": " + (Files.exists(input) ? "is not a regular file" : "no such file"));
        }
        try {
            new PluginDiff(folder, System.err::println)
                    .run(
                            with(before, parametersBefore.isEmpty() ? parameters : parametersBefore),
                            with(after, parametersAfter.isEmpty() ? parameters : parametersAfter),
                            input)
                    .forEach(line -> spec.commandLine().getOut().println(line));
        } catch (PluginRejectedException e) {
            throw UserError.failed("a plugin " + e.getMessage(), e);
        }
        return 0;
    }

    private static String with(String plugin, String chosen) {
        return chosen.isEmpty() ? plugin : plugin + "(" + chosen + ")";
    }
}
