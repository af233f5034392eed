package dev.microphone.standalone.sdk;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.wasm.PluginModule;
import dev.microphone.standalone.terminal.DidYouMean;
import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One plugin as a chain names it, read.
 *
 * @param name as it was written
 * @param parameters for its configure
 */
@SuppressWarnings("ArrayRecordComponent") // read whole, never compared
public record PluginBytes(String name, byte[] wasm, Map<String, String> parameters) {
    /**
     * @param text {@code gain(db=6)} or {@code ./mine.wasm}
     * @throws UserError when there is no such plugin, or several are named
     */
    public static PluginBytes read(String text) throws IOException {
        List<PluginSpec> plugins;
        try {
            plugins = ChainSpec.parse(text).plugins();
        } catch (IllegalArgumentException e) {
            throw UserError.badUsage(String.valueOf(e.getMessage()), e);
        }
        if (plugins.size() != 1) {
            throw UserError.badUsage("'" + text + "' names " + plugins.size() + " plugins: one is needed");
        }
        PluginSpec plugin = plugins.get(0);
        return new PluginBytes(
                plugin.reference(),
                plugin.isFile() ? file(Path.of(plugin.reference())) : official(plugin.reference()),
                plugin.parameters());
    }

    private static byte[] file(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw UserError.failed(path + ": " + (Files.exists(path) ? "is not a regular file" : "no such file"));
        }
        if (Files.size(path) > PluginModule.MAX_MODULE_BYTES) {
            throw UserError.failed(
                    path + " is " + Files.size(path) + " bytes long: the limit is " + PluginModule.MAX_MODULE_BYTES);
        }
        return Files.readAllBytes(path);
    }

    private static byte[] official(String name) throws IOException {
        List<String> known = OfficialPlugins.names();
        if (!known.contains(name)) {
            throw UserError.badUsage("unknown plugin '" + name + "'" + DidYouMean.suffix(name, known) + ": known are "
                    + String.join(", ", known) + "; a file is named by a path that ends in .wasm");
        }
        try (InputStream in = OfficialPlugins.open(name)) {
            return in.readAllBytes();
        }
    }
}
