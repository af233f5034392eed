package dev.microphone.plugins.toolchain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which C files a plugin consists of, and the flags of each, for WASM. */
final class PluginUnits {
    /** What plugins may use of ours, beside the headers; the linker leaves out what one does not use. */
    static final List<String> SHARED = List.of("microphone_biquad.c", "microphone_fft.c", "microphone_parameters.c");

    private PluginUnits() {}

    /**
     * @param root the folder of the ABI header, the small C library and the plugins' folders
     * @param upstream where the recipe's upstream source lies, or null when it names none
     */
    static List<WasmToolchain.Unit> of(PluginRecipe recipe, Path root, @Nullable Path upstream) {
        List<String> common =
                new ArrayList<>(List.of("-isystem", root.resolve("libc/include").toString()));
        common.add("-I" + root);
        recipe.defines().forEach(define -> common.add("-D" + define));

        List<String> own = new ArrayList<>(common);
        own.addAll(List.of("-Wall", "-Wextra", "-Werror"));
        List<WasmToolchain.Unit> units = new ArrayList<>();
        List<String> library = with(own, List.of("-fno-builtin"));
        units.add(new WasmToolchain.Unit(root.resolve("libc/libc.c"), library));
        units.add(new WasmToolchain.Unit(root.resolve("libc/libm.c"), library));
        SHARED.forEach(file -> units.add(new WasmToolchain.Unit(root.resolve(file), own)));

        List<String> includes = new ArrayList<>();
        if (recipe.upstream() != null && upstream != null) {
            // As system headers: what warnings they cause is not ours to mend.
            recipe.upstream()
                    .includes()
                    .forEach(folder -> includes.addAll(
                            List.of("-isystem", upstream.resolve(folder).toString())));
            List<String> others = with(with(with(common, includes), recipe.flags()), List.of("-w"));
            recipe.upstream()
                    .sources()
                    .forEach(file -> units.add(new WasmToolchain.Unit(upstream.resolve(file), others)));
        }
        List<String> flags = with(with(own, includes), recipe.flags());
        recipe.sources()
                .forEach(
                        file -> units.add(new WasmToolchain.Unit(recipe.folder().resolve(file), flags)));
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

    private static List<String> with(List<String> flags, List<String> more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return all;
    }
}
