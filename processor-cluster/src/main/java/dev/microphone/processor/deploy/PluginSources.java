package dev.microphone.processor.deploy;

import dev.microphone.processor.chain.PluginFiles;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PluginVersion;
import dev.microphone.processor.trust.Ed25519;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where plugins come from. A path is that file. A name is {@code NAME.wasm} in the plugin directory where there is such a
 * file, so that one's own version of an official plugin wins, and else the official plugin. Files are signed where that
 * is required; official plugins come in Microphone's own jar, and who runs it trusts it. Any thread.
 */
public final class PluginSources implements PluginFiles {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String MODULE = ".wasm";
    private static final String SIGNATURE = ".sig";

    private final PluginFiles official = PluginFiles.official();
    private final @Nullable Path directory;
    private final PluginTrust trust;

    /** @param directory null when there is none */
    public PluginSources(@Nullable Path directory, PluginTrust trust) {
        this.directory = directory;
        this.trust = trust;
    }

    /** Whether files and uploads can have that name: letters, digits, '-' and '_', 64 at most. */
    static boolean isName(String reference) {
        return NAME.matcher(reference).matches();
    }

    PluginTrust trust() {
        return trust;
    }

    @Nullable
    Path directory() {
        return directory;
    }

    /** Plugins of the directory, in alphabetical order. */
    public List<String> names() {
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(MODULE))
                    .map(name -> name.substring(0, name.length() - MODULE.length()))
                    .filter(PluginSources::isName)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** @return the file that is this plugin, whether or not it is there; null for a name without a directory */
    @Nullable
    Path fileOf(String reference) {
        try {
            if (!isName(reference)) {
                return Path.of(reference);
            }
            return directory == null ? null : directory.resolve(reference + MODULE);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    static Path signatureOf(Path file) {
        return file.resolveSibling(file.getFileName() + SIGNATURE);
    }

    @Override
    public byte[] read(PluginSpec spec) throws PluginRejectedException {
        return version(spec).wasm();
    }

    @Override
    public PluginVersion version(PluginSpec spec) throws PluginRejectedException {
        Path file = fileOf(spec.reference());
        return file != null && (spec.isFile() || Files.exists(file)) ? read(file) : official.version(spec);
    }

    /** Reads a plugin, with the signature that may lie beside it. */
    PluginVersion read(Path file) throws PluginRejectedException {
        byte[] wasm = PluginFiles.readFile(file);
        return new PluginVersion(wasm, file.toString(), trust.signerOf(wasm, readSignature(signatureOf(file))));
    }

    private static byte @Nullable [] readSignature(Path file) throws PluginRejectedException {
        if (!Files.exists(file)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Ed25519.MAX_SIGNATURE_FILE_LENGTH);
        } catch (IOException e) {
            throw new PluginRejectedException("has a signature that cannot be read: " + e.getMessage());
        }
    }
}
