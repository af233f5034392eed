package dev.microphone.plugins.toolchain;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The plugins' sources as resources of the jar, with a list of them (a jar cannot be asked for a folder's files).
 * Upstream code of a plugin lies below {@code upstream/<plugin>} with its licence.
 */
final class SourceBundle {
    private static final String INDEX = "index.txt";
    private static final String RESOURCES = "/dev/microphone/plugins/c/";

    private final Path folder;
    private final Set<String> files = new TreeSet<>();

    SourceBundle(Path folder) {
        this.folder = folder;
    }

    void addAll(Path root) throws IOException {
        for (Path file : Folders.filesBelow(root)) {
            add(file, root.relativize(file).toString());
        }
    }

    /**
     * Only what is compiled and included, and the licence: the upstream folder may hold much else. Of a plugin built
     * with libraries only the licences come along: its headers reach into most of upstream's thousands of files.
     */
    void addFetched(PluginRecipe recipe, FetchedPackages fetched) throws IOException {
        boolean licencesOnly = !recipe.libraries().isEmpty();
        String prefix = "upstream/" + recipe.name() + "/";
        for (var entry : fetched.upstream().entrySet()) {
            UpstreamSource source = entry.getKey();
            Path folder = entry.getValue();
            if (licencesOnly) {
                for (String licence : source.licences()) {
                    add(folder.resolve(licence), prefix + source.packageName() + "/" + licence.replace("../", ""));
                }
            } else {
                addUpstream(source, folder, prefix);
            }
        }
        for (var entry : fetched.libraries().entrySet()) {
            TargetLibrary library = entry.getKey();
            add(entry.getValue().resolve(library.licence()), prefix + library.packageName() + "/copyright");
        }
    }

    private void addUpstream(UpstreamSource source, Path upstream, String prefix) throws IOException {
        for (Path file : Folders.filesBelow(upstream)) {
            String name = upstream.relativize(file).toString().replace('\\', '/');
            boolean header = name.endsWith(".h")
                    && source.includes().stream().anyMatch(include -> name.startsWith(include + "/"));
            // denoise.c is included by the glue and named nowhere: C files beside the sources come along.
            if (header || name.endsWith(".c") || source.licences().contains(name)) {
                add(file, prefix + name);
            }
        }
    }

    private void add(Path file, String name) throws IOException {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        files.add(name.replace('\\', '/'));
    }

    void writeIndex() throws IOException {
        Files.writeString(folder.resolve(INDEX), String.join("\n", files) + "\n");
    }

    /** Writes the jar's sources into a folder. */
    static void extract(Path target) throws IOException {
        extract(target, name -> true);
    }

    /** Writes what a plugin author's code is built with: the headers, what stands behind them, the small C library. */
    static void extractSdk(Path target) throws IOException {
        extract(target, name -> name.startsWith("libc/") || (name.indexOf('/') < 0 && name.matches(".*\\.[ch]")));
    }

    private static void extract(Path target, Predicate<String> wanted) throws IOException {
        String index;
        try (InputStream in = resource(INDEX)) {
            index = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (String name : index.lines().filter(wanted).toList()) {
            Path file = target.resolve(name);
            Files.createDirectories(file.getParent());
            try (InputStream in = resource(name)) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = SourceBundle.class.getResourceAsStream(RESOURCES + name);
        if (in == null) {
            throw new FileNotFoundException(RESOURCES + name + " is missing from the plugins jar");
        }
        return in;
    }
}
