package dev.microphone.standalone.command.plugins;

import dev.microphone.processor.trust.Ed25519;
import dev.microphone.processor.trust.KeyFiles;
import dev.microphone.processor.trust.TrustedKey;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plugins keygen}. */
@Command(
        name = "keygen",
        description = "Makes an Ed25519 key pair to sign plugins with: NAME.pem, which stays secret, and NAME.pub.pem.")
// picocli fills the fields.
@SuppressWarnings("NullAway.Init")
final class KeygenCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Of the files, without the ending.")
    private String name;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path privateFile = Path.of(name + ".pem");
        Path publicFile = Path.of(name + ".pub.pem");
        KeyPair pair = Ed25519.newKeyPair();
        try {
            KeyFiles.write(pair, privateFile, publicFile);
        } catch (FileAlreadyExistsException e) {
            throw UserError.failed(e.getFile() + " exists already", e);
        }
        spec.commandLine()
                .getOut()
                .println(privateFile + " signs, keep it secret; " + publicFile + " is for trusted-keys ("
                        + TrustedKey.fingerprint(pair.getPublic()) + ")");
        return 0;
    }
}
