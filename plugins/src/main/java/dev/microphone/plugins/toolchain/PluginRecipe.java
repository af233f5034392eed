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

/**
 * How one plugin is built: {@code plugin.properties} in the plugin's folder.
 *
 * @param name the folder's name, and the plugin's
 * @param folder where its own sources lie
 * @param sources file names in the folder
 * @param defines preprocessor definitions
 * @param flags further compiler flags, for WASM only
 * @param stackBytes stack of the module; it lies below the data, so that an overflow traps
 * @param memoryBytes size of the module's memory, or 0 for what is found to be needed: a plugin with a heap names it
 * @param upstream code of others that it is built with
 * @param libraries with which it is linked instead of this project's small C library
 */
record PluginRecipe(
        String name,
        Path folder,
        List<String> sources,
        List<String> defines,
        List<String> flags,
        int stackBytes,
        int memoryBytes,
        List<UpstreamSource> upstream,
        List<TargetLibrary> libraries,
        Reference reference) {
    static final String FILE = "plugin.properties";

    private static final Set<String> KEYS = Set.of(
            "sources",
            "defines",
            "flags",
            "stackBytes",
            "memoryBytes",
            "upstream",
            "libraries",
            "reference.sources",
            "reference.upstream.sources",
            "reference.defines");
    /** Of each package that {@code upstream} names: {@code upstream.PACKAGE.version} and so on. */
    private static final Set<String> UPSTREAM_KEYS =
            Set.of("version", "archive", "sha256", "folder", "sources", "includes", "licence");
    /** Of each package that {@code libraries} names: {@code library.PACKAGE.version} and so on. */
    private static final Set<String> LIBRARY_KEYS = Set.of("version", "sha256", "includes", "archives");

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
        refuseUnknownKeys(properties, file);
        List<UpstreamSource> upstream = upstream(properties, file);
        List<String> sources = words(properties, "sources");
        List<String> defines = words(properties, "defines");
        List<String> upstreamSources =
                upstream.stream().flatMap(source -> source.sources().stream()).toList();
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
                memoryBytes(properties, file),
                upstream,
                libraries(properties, file),
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

    private static void refuseUnknownKeys(Properties properties, Path file) throws ToolchainException {
        Set<String> allowed = new TreeSet<>(KEYS);
        for (String name : words(properties, "upstream")) {
            UPSTREAM_KEYS.forEach(key -> allowed.add("upstream." + name + "." + key));
        }
        for (String name : words(properties, "libraries")) {
            LIBRARY_KEYS.forEach(key -> allowed.add("library." + name + "." + key));
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(allowed);
        if (!unknown.isEmpty()) {
            throw new ToolchainException(file + ": unknown keys " + unknown + ", allowed are " + allowed);
        }
    }

    private static List<UpstreamSource> upstream(Properties properties, Path file) throws ToolchainException {
        List<UpstreamSource> sources = new ArrayList<>();
        for (String name : words(properties, "upstream")) {
            String prefix = "upstream." + name + ".";
            sources.add(new UpstreamSource(
                    name,
                    required(properties, prefix + "version", file),
                    required(properties, prefix + "archive", file),
                    required(properties, prefix + "sha256", file),
                    required(properties, prefix + "folder", file),
                    words(properties, prefix + "sources"),
                    words(properties, prefix + "includes"),
                    List.of(required(properties, prefix + "licence", file).split("\\s+"))));
        }
        return sources;
    }

    private static List<TargetLibrary> libraries(Properties properties, Path file) throws ToolchainException {
        List<TargetLibrary> libraries = new ArrayList<>();
        for (String name : words(properties, "libraries")) {
            String prefix = "library." + name + ".";
            libraries.add(new TargetLibrary(
                    name,
                    required(properties, prefix + "version", file),
                    required(properties, prefix + "sha256", file),
                    words(properties, prefix + "includes"),
                    words(properties, prefix + "archives")));
        }
        return libraries;
    }

    private static int memoryBytes(Properties properties, Path file) throws ToolchainException {
        String value = properties.getProperty("memoryBytes", "0").strip();
        if (!value.matches("[0-9]{1,8}") || Integer.parseInt(value) % 65_536 != 0) {
            throw new ToolchainException(
                    file + ": memoryBytes " + value + " is not a multiple of 65536 up to 99942400");
        }
        return Integer.parseInt(value);
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
