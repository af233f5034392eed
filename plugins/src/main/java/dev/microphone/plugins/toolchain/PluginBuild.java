package dev.microphone.plugins.toolchain;

import dev.microphone.plugins.toolchain.ToolchainException.SourceUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Maven build's step that makes the official plugins: {@code PluginBuild C_ROOT OUTPUT STATE}.
 *
 * <p>Writes into OUTPUT the modules, {@code plugins.txt} with their names, and {@code c/}: the sources that they were
 * built from, ours and upstream's, which a plugin author and {@link NativeReference} build from in turn. A plugin whose
 * inputs have the hash noted in STATE is left as it is.
 */
public final class PluginBuild {
    private final Path root;
    private final Path output;
    private final Path state;
    private final WasmToolchain toolchain;

    private PluginBuild(Path root, Path output, Path state, WasmToolchain toolchain) {
        this.root = root;
        this.output = output;
        this.state = state;
        this.toolchain = toolchain;
    }

    public static void main(String[] arguments) throws ToolchainException, IOException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("expected C_ROOT OUTPUT STATE, got " + arguments.length + " arguments");
        }
        new PluginBuild(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), WasmToolchain.find())
                .buildAll();
    }

    private void buildAll() throws ToolchainException, IOException {
        Files.createDirectories(output);
        Files.createDirectories(state);
        SourceBundle bundle = new SourceBundle(output.resolve("c"));
        bundle.addAll(root);
        List<String> built = new ArrayList<>();
        try (DebianPackages archive = new DebianPackages()) {
            for (PluginRecipe recipe : PluginRecipe.readAll(root)) {
                Path module = output.resolve(recipe.name() + ".wasm");
                try {
                    FetchedPackages fetched = FetchedPackages.of(recipe, archive);
                    build(recipe, fetched, module);
                    bundle.addFetched(recipe, fetched);
                    built.add(recipe.name());
                } catch (SourceUnavailable e) {
                    Files.deleteIfExists(module);
                    System.out.println(recipe.name() + " is not built: " + e.getMessage() + "; the other plugins are");
                }
            }
        }
        bundle.writeIndex();
        BuildVersion.write(output, toolchain.compilerVersion());
        Files.writeString(output.resolve("plugins.txt"), String.join("\n", built) + "\n");
    }

    private void build(PluginRecipe recipe, FetchedPackages fetched, Path module)
            throws ToolchainException, IOException {
        List<WasmToolchain.Unit> units = PluginUnits.of(recipe, root, fetched);
        String hash = hash(recipe, units);
        Path note = state.resolve(recipe.name() + ".sha256");
        if (Files.exists(module) && Files.exists(note) && Files.readString(note).equals(hash)) {
            return;
        }
        toolchain.build(
                units,
                new WasmToolchain.Linking(recipe.stackBytes(), recipe.memoryBytes(), fetched.libraryArchives()),
                WasmToolchain.Names.STRIPPED,
                module);
        Files.writeString(note, hash);
        System.out.println("built " + module.getFileName() + ", " + Files.size(module) + " bytes");
    }

    /** Of all that the module depends on. What was fetched is covered by the pinned hashes in the recipe. */
    private String hash(PluginRecipe recipe, List<WasmToolchain.Unit> units) throws IOException {
        Sha256 hash = new Sha256().add(toolchain.version());
        units.forEach(unit -> hash.add(unit.toString()));
        List<Path> files = new ArrayList<>(Folders.filesBelow(root.resolve("libc")));
        files.addAll(Folders.filesBelow(recipe.folder()));
        try (var shared = Files.list(root)) {
            files.addAll(shared.filter(Files::isRegularFile).sorted().toList());
        }
        for (Path file : files) {
            hash.add(root.relativize(file).toString()).addFile(file);
        }
        return hash.hex();
    }
}
