package dev.microphone.standalone.sdk;

import dev.microphone.standalone.terminal.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The C files that a plugin is built from.
 *
 * @param files each exists
 * @param defaultOutput where the module goes when nobody says
 */
public record PluginSources(List<Path> files, Path defaultOutput) {
    private static final String ENDING = ".c";

    /**
     * @param named files, or one folder whose C files are meant
     * @throws UserError when there is none, or something else is named
     */
    public static PluginSources of(List<Path> named) throws IOException {
        Path first = named.get(0);
        if (named.size() == 1 && Files.isDirectory(first)) {
            return ofFolder(first);
        }
        for (Path file : named) {
            if (!Files.isRegularFile(file)) {
                throw UserError.failed(file + ": " + (Files.exists(file) ? "is not a regular file" : "no such file"));
            }
            if (!file.toString().endsWith(ENDING)) {
                throw UserError.badUsage(file + ": sources end in " + ENDING
                        + "; modules of other languages are built by their own tools and need 'plugins check' alone");
            }
        }
        String name = String.valueOf(first.getFileName());
        return new PluginSources(
                List.copyOf(named), first.resolveSibling(name.substring(0, name.length() - ENDING.length()) + ".wasm"));
    }

    private static PluginSources ofFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(ENDING))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (sources.isEmpty()) {
                throw UserError.failed(folder + ": no file in it ends in " + ENDING);
            }
            Path name = folder.toAbsolutePath().normalize().getFileName();
            return new PluginSources(sources, folder.resolve((name == null ? "plugin" : name) + ".wasm"));
        }
    }

    /** The module as a chain names it: with a slash or the ending, a reference is a path. */
    public static String chainReference(Path module) {
        String path = module.toString();
        return path.matches(".*[(),=\\s].*") ? "\"" + path + "\"" : path;
    }
}
