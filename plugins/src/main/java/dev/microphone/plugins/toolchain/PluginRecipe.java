package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How one plugin is built: {@code plugin.properties} in the plugin's folder.
 *
 * @param name the folder's name, and the plugin's
 * @param folder where its own sources lie
 * @param sources file names in the folder
 * @param defines preprocessor definitions
 * @param flags further compiler flags, for WASM only
 * @param stackBytes stack of the module; it lies below the data, so that an overflow traps
 * @param upstream code of others that it is built with
 */
record PluginRecipe(
        String name,
        Path folder,
        List<String> sources,
        List<String> defines,
        List<String> flags,
        int stackBytes,
        @Nullable UpstreamSource upstream,
        Reference reference) {
    static final String FILE = "plugin.properties";

    private static final Set<String> KEYS = Set.of(
            "sources",
            "defines",
            "flags",
            "stackBytes",
            "upstream.package",
            "upstream.version",
            "upstream.archive",
            "upstream.sha256",
            "upstream.folder",
            "upstream.sources",
            "upstream.includes",
            "upstream.licence",
            "reference.sources",
            "reference.upstream.sources",
            "reference.defines");

    /** The same plugin with upstream's code wherever ours replaces it; equal to the recipe where nothing is replaced. */
    record Reference(List<String> sources, List<String> upstreamSources, List<String> defines) {}

    static PluginRecipe read(Path folder) throws ToolchainException {
        Path file = folder.resolve(FILE);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new ToolchainException("cannot read " + file + ": " + e.getMessage(), e);
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new ToolchainException(file + ": unknown keys " + unknown + ", allowed are " + new TreeSet<>(KEYS));
        }
        UpstreamSource upstream = upstream(properties, file);
        List<String> sources = words(properties, "sources");
        List<String> defines = words(properties, "defines");
        List<String> upstreamSources = upstream == null ? List.of() : upstream.sources();
        Reference reference = properties.containsKey("reference.sources")
                ? new Reference(
                        words(properties, "reference.sources"),
                        words(properties, "reference.upstream.sources"),
                        words(properties, "reference.defines"))
                : new Reference(sources, upstreamSources, defines);
        return new PluginRecipe(
                String.valueOf(folder.getFileName()),
                folder,
                sources,
                defines,
                words(properties, "flags"),
                stackBytes(properties, file),
                upstream,
                reference);
    }

    /** All recipes in the folders below {@code root}, by name. */
    static List<PluginRecipe> readAll(Path root) throws ToolchainException {
        List<PluginRecipe> recipes = new ArrayList<>();
        try (var folders = Files.list(root)) {
            for (Path folder : folders.sorted().toList()) {
                if (Files.exists(folder.resolve(FILE))) {
                    recipes.add(read(folder));
                }
            }
        } catch (IOException e) {
            throw new ToolchainException("cannot list " + root + ": " + e.getMessage(), e);
        }
        return recipes;
    }

    private static @Nullable UpstreamSource upstream(Properties properties, Path file) throws ToolchainException {
        if (!properties.containsKey("upstream.package")) {
            return null;
        }
        return new UpstreamSource(
                required(properties, "upstream.package", file),
                required(properties, "upstream.version", file),
                required(properties, "upstream.archive", file),
                required(properties, "upstream.sha256", file),
                required(properties, "upstream.folder", file),
                words(properties, "upstream.sources"),
                words(properties, "upstream.includes"),
                required(properties, "upstream.licence", file));
    }

    private static int stackBytes(Properties properties, Path file) throws ToolchainException {
        String value = required(properties, "stackBytes", file);
        if (!value.matches("[1-9][0-9]{2,6}") || Integer.parseInt(value) % 16 != 0) {
            throw new ToolchainException(file + ": stackBytes " + value + " is not a multiple of 16 up to 9999984");
        }
        return Integer.parseInt(value);
    }

    private static String required(Properties properties, String key, Path file) throws ToolchainException {
        String value = properties.getProperty(key);
        if (value == null || value.isBlank()) {
            throw new ToolchainException(file + ": " + key + " is missing");
        }
        return value.strip();
    }

    private static List<String> words(Properties properties, String key) {
        String value = properties.getProperty(key, "").strip();
        return value.isEmpty() ? List.of() : List.of(value.split("\\s+"));
    }
}
