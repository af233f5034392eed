package dev.microphone.standalone.command.plugins;

import com.fasterxml.jackson.databind.JsonNode;
import dev.microphone.processor.trust.Ed25519;
import dev.microphone.standalone.control.ControlEndpoints;
import dev.microphone.standalone.plugin.EventText;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins deploy}. */
@Command(
        name = "deploy",
        description = {
            "Sends a module to a running system, which checks it, warms it, and has all streams that use",
            "the plugin go on with it, without a frame lost. A signature in FILE.sig goes along."
        })
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class DeployCommand implements Callable<Integer> {
    private static final String MODULE = ".wasm";

    @Parameters(paramLabel = "FILE", description = "A .wasm file.")
    private Path file;

    @Option(names = "--name", paramLabel = "NAME", description = "As chains name it; default: the file's name.")
    private @Nullable String name;

    @Mixin
    private RunningSystem system;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        byte[] wasm = Files.readAllBytes(file);
        Path signature = file.resolveSibling(file.getFileName() + ".sig");
        String[] headers = Files.exists(signature)
                ? new String[] {ControlEndpoints.SIGNATURE_HEADER, base64(Files.readAllBytes(signature))}
                : new String[0];
        JsonNode answer = system.call("PUT", "/api/plugins/" + RunningSystem.encoded(chosenName()), wasm, headers);
        PrintWriter out = spec.commandLine().getOut();
        String version = EventText.shortened(answer.path("digest").asText());
        String kept = answer.path("keptIn").isTextual()
                ? "kept as " + answer.path("keptIn").asText()
                : "not kept for the next start: the system has no plugin directory";
        if (answer.path("changed").asBoolean()) {
            out.println("plugin '" + chosenName() + "' is now version " + version + ", live in "
                    + ActCommand.places(answer.path("livePlaces").asInt()) + "; " + kept);
        } else {
            out.println("plugin '" + chosenName() + "' was version " + version + " already; " + kept);
        }
        return 0;
    }

    private String chosenName() {
        String chosen = name;
        if (chosen != null) {
            return chosen;
        }
        String fileName = file.getFileName().toString();
        if (!fileName.endsWith(MODULE)) {
            throw UserError.badUsage(file + " does not end in .wasm: say --name");
        }
        return fileName.substring(0, fileName.length() - MODULE.length());
    }

    /** A header has no raw bytes and no line ends. */
    private static String base64(byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_LENGTH
                ? Base64.getEncoder().encodeToString(signature)
                : new String(signature, StandardCharsets.US_ASCII).replaceAll("\\s", "");
    }
}
