package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A plugin's C code compiled by {@code gcc -O3} for this machine: what its WASM is compared with, in output and in
 * speed. Needs gcc on the path and builds from the sources in this jar.
 *
 * <p>{@code NativeReference PLUGIN own|upstream FRAME_MILLIS IN OUT REPETITIONS} runs it over raw audio and prints the
 * CPU time of a frame.
 */
public final class NativeReference implements AutoCloseable {
    private static final int BYTES_PER_MILLI = 48 * 4;

    /** Which C code is compiled. */
    public enum Code {
        /** The very files that the WASM is built from. */
        OWN,
        /** Upstream's files wherever ours take their place; the same as OWN for a plugin that replaces none. */
        UPSTREAM
    }

    /**
     * What a run measured.
     *
     * @param frames frames in the input
     * @param latencySamples what the plugin says its delay is
     * @param bestFrameUs CPU time of one frame in the fastest repetition
     * @param medianFrameUs in the median repetition
     */
    public record Run(long frames, int latencySamples, double bestFrameUs, double medianFrameUs) {}

    private final Path folder;
    private final Path program;

    private NativeReference(Path folder, Path program) {
        this.folder = folder;
        this.program = program;
    }

    /** Whether this machine has the compilers, of C and of C++. */
    public static boolean isAvailable() {
        return Command.exists("gcc") && Command.exists("g++");
    }

    /**
     * Compiles; about 2 s, aec3 minutes at the first time.
     *
     * @param plugin one of the official plugins
     * @throws ToolchainException when there is no gcc, or the plugin's source is not in this jar
     */
    public static NativeReference build(String plugin, Code code) throws ToolchainException {
        if (!isAvailable()) {
            throw new ToolchainException("gcc or g++ not found (Debian packages gcc and g++)");
        }
        Path folder = null;
        boolean built = false;
        try {
            folder = Files.createTempDirectory("microphone-native");
            SourceBundle.extract(folder);
            PluginRecipe recipe = PluginRecipe.read(folder.resolve(plugin));
            Path program = folder.resolve("program");
            List<String> command = command(recipe, code, folder, program);
            if (recipe.libraries().isEmpty()) {
                Command.of(command).run();
            } else {
                program = cached(recipe, command, folder, program);
            }
            built = true;
            return new NativeReference(folder, program);
        } catch (IOException e) {
            throw new ToolchainException("cannot build " + plugin + " natively: " + e.getMessage(), e);
        } finally {
            if (!built) {
                Folders.deleteQuietly(folder);
            }
        }
    }

    /** A plugin with libraries has some minutes' worth of code: its program stays in the user's cache. */
    private static Path cached(PluginRecipe recipe, List<String> command, Path folder, Path program)
            throws ToolchainException, IOException {
        Sha256 hash = new Sha256().add(Command.of("gcc", "-dumpfullversion").run());
        command.forEach(word -> hash.add(word.replace(folder.toString(), "")));
        List<Path> files = new ArrayList<>(Folders.filesBelow(recipe.folder()));
        files.addAll(Folders.filesBelow(folder.resolve("native")));
        try (var shared = Files.list(folder)) {
            files.addAll(shared.filter(Files::isRegularFile).sorted().toList());
        }
        for (Path file : files) {
            hash.add(folder.relativize(file).toString()).addFile(file);
        }
        Path kept = UserCache.folder("native")
                .resolve(recipe.name() + "-" + hash.hex().substring(0, 16));
        if (!Files.exists(kept)) {
            Command.of(command).run();
            Files.createDirectories(kept.getParent());
            Path beside = Files.createTempFile(kept.getParent(), "new-", "");
            Files.copy(program, beside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
            Files.move(beside, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
        return kept;
    }

    private static List<String> command(PluginRecipe recipe, Code code, Path root, Path program)
            throws ToolchainException {
        PluginRecipe.Reference reference = recipe.reference();
        boolean own = code == Code.OWN;
        // C and C++ by the files' names, each as gcc takes it by default.
        List<String> command = new ArrayList<>(List.of("gcc"));
        command.addAll(List.of("-O3", "-ffp-contract=off", "-w", "-I" + root));
        (own ? recipe.defines() : reference.defines()).forEach(define -> command.add("-D" + define));
        List<String> upstreamSources = own
                ? recipe.upstream().stream()
                        .flatMap(source -> source.sources().stream())
                        .toList()
                : reference.upstreamSources();
        List<Path> folders = upstreamFolders(recipe, root);
        for (int i = 0; i < folders.size(); i++) {
            Path folder = folders.get(i);
            recipe.upstream().get(i).includes().forEach(include -> command.add("-I" + folder.resolve(include)));
            upstreamSources.stream()
                    .map(folder::resolve)
                    .filter(Files::exists)
                    .forEach(file -> command.add(file.toString()));
        }
        (own ? recipe.sources() : reference.sources())
                .forEach(file -> command.add(recipe.folder().resolve(file).toString()));
        PluginUnits.SHARED.forEach(file -> command.add(root.resolve(file).toString()));
        command.add(root.resolve("native/native_main.c").toString());
        command.addAll(List.of("-o", program.toString(), "-lm"));
        if (!recipe.libraries().isEmpty()) {
            command.add("-lstdc++");
        }
        return command;
    }

    /** In this jar, or for a plugin with libraries (whose upstream is large) in the cache that its build has filled. */
    private static List<Path> upstreamFolders(PluginRecipe recipe, Path root) throws ToolchainException {
        List<Path> folders = new ArrayList<>();
        try (DebianPackages archive = new DebianPackages()) {
            for (UpstreamSource source : recipe.upstream()) {
                folders.add(
                        recipe.libraries().isEmpty()
                                ? root.resolve("upstream").resolve(recipe.name())
                                : archive.fetch(source));
            }
        }
        return folders;
    }

    /**
     * Runs it over a file, from a fresh state in each repetition.
     *
     * @param frameMillis 5, 10 or 20
     * @param parameters {@code key=value} lines, or ""
     * @param in raw canonical audio; what is left after the last whole frame is dropped
     * @param out gets the output
     * @param repetitions how often, for the times; at least 1
     */
    public Run run(int frameMillis, String parameters, Path in, Path out, int repetitions) throws ToolchainException {
        return run(command(frameMillis, parameters, in, out, repetitions));
    }

    /** @param far as long as {@code in}: what the loudspeaker plays */
    public Run run(int frameMillis, String parameters, Path in, Path far, Path out, int repetitions)
            throws ToolchainException {
        List<String> command = command(frameMillis, parameters, in, out, repetitions);
        command.add(far.toString());
        return run(command);
    }

    private List<String> command(int frameMillis, String parameters, Path in, Path out, int repetitions) {
        return new ArrayList<>(List.of(
                program.toString(),
                String.valueOf(frameMillis * BYTES_PER_MILLI),
                parameters,
                in.toString(),
                out.toString(),
                String.valueOf(repetitions)));
    }

    private static Run run(List<String> command) throws ToolchainException {
        String printed = Command.of(command).run();
        String[] fields = printed.split(" ", -1);
        if (fields.length != 4) {
            throw new ToolchainException("unexpected output of the native program: " + printed);
        }
        return new Run(
                Long.parseLong(fields[0]),
                Integer.parseInt(fields[1]),
                Double.parseDouble(fields[2]),
                Double.parseDouble(fields[3]));
    }

    @Override
    public void close() {
        Folders.deleteQuietly(folder);
    }

    public static void main(String[] arguments) throws ToolchainException {
        if (arguments.length != 6) {
            throw new IllegalArgumentException("expected PLUGIN own|upstream FRAME_MILLIS IN OUT REPETITIONS");
        }
        Code code = arguments[1].equals("upstream") ? Code.UPSTREAM : Code.OWN;
        try (NativeReference reference = build(arguments[0], code)) {
            Run run = reference.run(
                    Integer.parseInt(arguments[2]),
                    "",
                    Path.of(arguments[3]),
                    Path.of(arguments[4]),
                    Integer.parseInt(arguments[5]));
            System.out.printf(
                    "%s, %s code, gcc -O3: %.1f us a frame at best, %.1f at the median, %d frames%n",
                    arguments[0], arguments[1], run.bestFrameUs(), run.medianFrameUs(), run.frames());
        }
    }
}
