package dev.microphone.processor.chain;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.processor.wasm.PluginRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where plugins' bytes come from. */
@FunctionalInterface
public interface PluginFiles {
    /** Where plugins come from that came with Microphone; whoever trusts its jar trusts them. */
    String OFFICIAL = "Microphone";

    /** @throws PluginRejectedException when there is none of that name or path, or it cannot be read */
    byte[] read(PluginSpec spec) throws PluginRejectedException;

    /** The same, with where it came from, and who signed it. */
    default PluginVersion version(PluginSpec spec) throws PluginRejectedException {
        return new PluginVersion(read(spec), spec.isFile() ? spec.reference() : OFFICIAL, "");
    }

    /** Official plugins by name, from the plugins jar; others by path. */
    static PluginFiles official() {
        return spec -> spec.isFile() ? readFile(pathOf(spec.reference())) : readOfficial(spec.reference());
    }

    private static byte[] readOfficial(String name) throws PluginRejectedException {
        if (!OfficialPlugins.names().contains(name)) {
            throw new PluginRejectedException(
                    "is neither a path that ends in .wasm nor an official plugin; those here are "
                            + String.join(", ", OfficialPlugins.names()));
        }
        try (InputStream in = OfficialPlugins.open(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new PluginRejectedException("cannot be read: " + e.getMessage());
        }
    }

    private static Path pathOf(String reference) throws PluginRejectedException {
        try {
            return Path.of(reference);
        } catch (InvalidPathException e) {
            throw new PluginRejectedException("cannot be read: " + e.getMessage());
        }
    }

    /** Reads a file that may be a module; what is too long for one is not read. */
    static byte[] readFile(Path path) throws PluginRejectedException {
        try {
            if (!Files.isRegularFile(path)) {
                throw new PluginRejectedException(Files.exists(path) ? "is not a regular file" : "does not exist");
            }
            if (Files.size(path) > PluginModule.MAX_MODULE_BYTES) {
                throw new PluginRejectedException(
                        "is " + Files.size(path) + " bytes long: the limit is " + PluginModule.MAX_MODULE_BYTES);
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new PluginRejectedException("cannot be read: " + e.getMessage());
        }
    }
}
