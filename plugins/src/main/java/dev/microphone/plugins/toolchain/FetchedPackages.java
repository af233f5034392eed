package dev.microphone.plugins.toolchain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the code and the libraries of others lie that a recipe names. */
final class FetchedPackages {
    private final Map<UpstreamSource, Path> upstream = new LinkedHashMap<>();
    private final Map<TargetLibrary, Path> libraries = new LinkedHashMap<>();

    private FetchedPackages() {}

    /** Fetches what is not there yet. */
    static FetchedPackages of(PluginRecipe recipe, DebianPackages archive) throws ToolchainException {
        FetchedPackages fetched = new FetchedPackages();
        for (UpstreamSource source : recipe.upstream()) {
            fetched.upstream.put(source, archive.fetch(source));
        }
        for (TargetLibrary library : recipe.libraries()) {
            fetched.libraries.put(library, archive.fetch(library));
        }
        return fetched;
    }

    Map<UpstreamSource, Path> upstream() {
        return upstream;
    }

    Map<TargetLibrary, Path> libraries() {
        return libraries;
    }

    List<Path> upstreamSources() {
        List<Path> files = new ArrayList<>();
        upstream.forEach((source, folder) -> source.sources().forEach(file -> files.add(folder.resolve(file))));
        return files;
    }

    List<String> upstreamIncludes() {
        List<String> flags = new ArrayList<>();
        upstream.forEach((source, folder) -> source.includes()
                .forEach(include -> flags.addAll(
                        List.of("-isystem", folder.resolve(include).normalize().toString()))));
        return flags;
    }

    /** C++'s headers and C's have files of one name; C++'s must come first, and C must not see them. */
    List<String> libraryIncludes(boolean plusPlus) {
        List<String> flags = new ArrayList<>();
        libraries.forEach((library, folder) -> library.includes().stream()
                .filter(include -> include.contains("c++") == plusPlus)
                .forEach(include ->
                        flags.addAll(List.of("-isystem", folder.resolve(include).toString()))));
        return flags;
    }

    List<Path> libraryArchives() {
        List<Path> files = new ArrayList<>();
        libraries.forEach((library, folder) -> library.archives().forEach(file -> files.add(folder.resolve(file))));
        return files;
    }
}
