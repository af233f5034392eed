package dev.microphone.plugins.toolchain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which C and C++ files a plugin consists of, and the flags of each, for WASM. */
final class PluginUnits {
    /** What plugins may use of ours, beside the headers; the linker leaves out what one does not use. */
    static final List<String> SHARED = List.of("microphone_biquad.c", "microphone_fft.c", "microphone_parameters.c");

    private PluginUnits() {}

    /**
     * @param root the folder of the ABI header, the small C library and the plugins' folders
     * @param fetched where the recipe's upstream code and libraries lie
     */
    static List<WasmToolchain.Unit> of(PluginRecipe recipe, Path root, FetchedPackages fetched) {
        List<String> defines = new ArrayList<>();
        recipe.defines().forEach(define -> defines.add("-D" + define));
        List<String> common = with(List.of("-I" + root), defines);
        List<String> own = List.of("-Wall", "-Wextra", "-Werror");
        // With libraries the target is the one that they are built for.
        List<String> headers =
                new ArrayList<>(recipe.libraries().isEmpty() ? List.of() : List.of("--target=wasm32-wasi"));
        // A plugin's own stand-ins for headers that only WASM lacks.
        Path standIns = recipe.folder().resolve("include");
        if (Files.isDirectory(standIns)) {
            headers.addAll(List.of("-isystem", standIns.toString()));
        }
        List<WasmToolchain.Unit> units = new ArrayList<>();
        if (recipe.libraries().isEmpty()) {
            headers.addAll(List.of("-isystem", root.resolve("libc/include").toString()));
            List<String> library = with(with(with(headers, common), own), List.of("-fno-builtin"));
            units.add(new WasmToolchain.Unit(root.resolve("libc/libc.c"), library));
            units.add(new WasmToolchain.Unit(root.resolve("libc/libm.c"), library));
        }
        // As system headers: what warnings they cause is not ours to mend.
        List<String> includes = new ArrayList<>(fetched.upstreamIncludes());
        List<String> plusPlus = fetched.libraryIncludes(true);
        List<String> plain = with(headers, fetched.libraryIncludes(false));
        SHARED.forEach(file -> units.add(new WasmToolchain.Unit(root.resolve(file), with(with(plain, common), own))));
        for (Path file : fetched.upstreamSources()) {
            List<String> flags = with(with(libraryHeaders(file, plusPlus, plain), common), includes);
            units.add(new WasmToolchain.Unit(file, with(with(flags, recipe.flags()), List.of("-w"))));
        }
        for (String name : recipe.sources()) {
            Path file = recipe.folder().resolve(name);
            List<String> flags = with(with(with(libraryHeaders(file, plusPlus, plain), common), own), includes);
            units.add(new WasmToolchain.Unit(file, with(flags, recipe.flags())));
        }
        return units;
    }

    /**
     * Of a plugin that someone writes: warnings are shown and do not stop it.
     *
     * @param root where {@link SourceBundle#extractSdk} put the SDK
     * @param flags of the user, for the user's sources
     */
    static List<WasmToolchain.Unit> ofAuthor(List<Path> sources, List<String> flags, Path root) {
        List<String> common = List.of("-isystem", root.resolve("libc/include").toString(), "-I" + root);
        List<WasmToolchain.Unit> units = new ArrayList<>();
        for (String library : List.of("libc/libc.c", "libc/libm.c")) {
            units.add(new WasmToolchain.Unit(root.resolve(library), with(common, List.of("-fno-builtin"))));
        }
        SHARED.forEach(file -> units.add(new WasmToolchain.Unit(root.resolve(file), common)));
        List<String> own = with(with(common, List.of("-Wall", "-Wextra")), flags);
        sources.forEach(file -> units.add(new WasmToolchain.Unit(file, own)));
        return units;
    }

    private static List<String> libraryHeaders(Path file, List<String> plusPlus, List<String> plain) {
        return WasmToolchain.isPlusPlus(file) ? with(plusPlus, plain) : plain;
    }

    private static List<String> with(List<String> flags, List<String> more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return all;
    }
}
