package dev.microphone.standalone.command.plugins;

import dev.microphone.processor.trust.Ed25519;
import dev.microphone.processor.trust.KeyFiles;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins sign}. */
@Command(
        name = "sign",
        description = "Signs modules: writes FILE.sig beside each, the base64 of an Ed25519 signature over its bytes.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class SignCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A .wasm file.")
    private List<Path> files;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY.pem",
            description =
                    "A private key in PKCS#8, as 'plugins keygen' and 'openssl genpkey -algorithm ed25519' write it.")
    private Path key;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrivateKey privateKey;
        try {
            privateKey = KeyFiles.readPrivate(key);
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage("--key: " + e.getMessage(), e);
        }
        for (Path file : files) {
            String signature = Base64.getEncoder().encodeToString(Ed25519.sign(privateKey, Files.readAllBytes(file)));
            Path target = file.resolveSibling(file.getFileName() + ".sig");
            Files.writeString(target, signature + "\n");
            spec.commandLine().getOut().println(target);
        }
        return 0;
    }
}
