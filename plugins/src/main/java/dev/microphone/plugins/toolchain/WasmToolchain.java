package dev.microphone.plugins.toolchain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Compiles C and C++ to one WASM module without imports, with the clang that comes as a Maven dependency: nothing needs
 * to be installed.
 *
 * <p>Each source is compiled by a process of its own, as many at once as there are processors. Linking calls lld
 * directly and not through clang's driver, which would run a {@code wasm-opt} that happens to be on the path, and that
 * inlines everything into one function that the JVM then refuses to compile.
 *
 * <p>Not safe for use by several threads; several instances may work at once.
 */
public final class WasmToolchain {
    /**
     * Features beyond the first version of WASM. Bulk memory: copies become {@code System.arraycopy}. Non-trapping
     * conversions: a Java cast instead of a cast and two tests. No SIMD: the JVM's WASM compiler does not know it.
     */
    private static final List<String> COMPILE = List.of(
            "-mbulk-memory",
            "-mnontrapping-fptoint",
            "-msign-ext",
            "-O3",
            "-fno-math-errno",
            "-ffp-contract=off",
            "-nostdlibinc");

    private static final List<String> C = List.of("--target=wasm32", "-std=gnu17");

    private static final List<String> PLUS_PLUS =
            List.of("--target=wasm32", "-std=gnu++17", "-fno-exceptions", "-fno-rtti");

    /**
     * The memory is as large as it is found to be and does not grow: its size is what an instance costs. The stack lies
     * first, so that an overflow traps instead of writing over data. Its pointer is exported: what lies below it need not
     * be in a snapshot.
     */
    private static final List<String> LINK = List.of(
            "-flavor",
            "wasm",
            "--no-entry",
            "--stack-first",
            "--export=__stack_pointer",
            "--gc-sections",
            "--no-growable-memory");

    /** What of a module's names is left out. */
    enum Names {
        /** Of an official plugin all: a third of its size. */
        STRIPPED("--strip-all"),
        /** Of one that someone works on, so that messages can name its functions. */
        KEPT("--strip-debug");

        private final String flag;

        Names(String flag) {
            this.flag = flag;
        }
    }

    private final BundledClang clang;

    private WasmToolchain(BundledClang clang) {
        this.clang = clang;
    }

    /**
     * Finds the compiler on the class path and unpacks it into the user's cache folder when it is not there yet (3 s).
     *
     * @throws ToolchainException when there is none for this machine
     */
    public static WasmToolchain find() throws ToolchainException {
        return new WasmToolchain(BundledClang.find());
    }

    /**
     * The same compiler at run time, where it is not on the class path: from the user's cache folder, or by Maven.
     *
     * @param messages told before something slow
     */
    static WasmToolchain installed(Consumer<String> messages) throws ToolchainException {
        return new WasmToolchain(BundledClang.installed(messages));
    }

    String compilerVersion() {
        return clang.version();
    }

    /** Changes whenever the same source may come out differently. */
    public String version() {
        return clang.version() + " " + COMPILE + " " + C + " " + PLUS_PLUS + " " + LINK;
    }

    /**
     * One C or C++ file and what it is compiled with.
     *
     * @param file the source
     * @param flags as clang takes them, after this class's own
     */
    public record Unit(Path file, List<String> flags) {}

    /**
     * Compiles and links.
     *
     * @param units what to compile
     * @param stackBytes size of the module's stack, a multiple of 16
     * @param module the file to write; appears complete or not at all
     * @throws ToolchainException with clang's messages when a source is wrong
     */
    public void build(List<Unit> units, int stackBytes, Path module) throws ToolchainException {
        build(units, new Linking(stackBytes, 0, List.of()), Names.STRIPPED, module);
    }

    /**
     * How a module is put together.
     *
     * @param stackBytes size of its stack, a multiple of 16
     * @param memoryBytes its memory, a multiple of 65,536, or 0 for what its stack and data need
     * @param archives libraries to link with, in order
     */
    record Linking(int stackBytes, int memoryBytes, List<Path> archives) {}

    /**
     * As above.
     *
     * @return what the compiler printed about sources that it took all the same: its warnings
     * @throws ToolchainException.SourceRejected when a source is wrong
     */
    String build(List<Unit> units, Linking linking, Names names, Path module) throws ToolchainException {
        Path work = null;
        try {
            work = Files.createTempDirectory("microphone-wasm");
            List<Path> objects = new ArrayList<>();
            StringBuilder printed = new StringBuilder();
            for (Compiled compiled : compileAll(units, work)) {
                objects.add(compiled.object());
                printed.append(compiled.printed());
            }
            Path linked = work.resolve("linked.wasm");
            List<String> command = new ArrayList<>();
            command.add(clang.lld().toString());
            command.addAll(LINK);
            command.add(names.flag);
            command.add("-z");
            command.add("stack-size=" + linking.stackBytes());
            if (linking.memoryBytes() > 0) {
                command.add("--initial-memory=" + linking.memoryBytes());
            }
            objects.forEach(object -> command.add(object.toString()));
            linking.archives().forEach(archive -> command.add(archive.toString()));
            command.add("-o");
            command.add(linked.toString());
            runOnSources(command);
            Files.createDirectories(module.toAbsolutePath().getParent());
            Path besideModule = module.resolveSibling(module.getFileName() + ".new");
            Files.copy(linked, besideModule, StandardCopyOption.REPLACE_EXISTING);
            Files.move(besideModule, module, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return printed.toString();
        } catch (IOException e) {
            throw new ToolchainException("cannot write " + module + ": " + e.getMessage(), e);
        } finally {
            Folders.deleteQuietly(work);
        }
    }

    /**
     * One source's outcome.
     *
     * @param printed warnings, each line ended
     */
    private record Compiled(Path object, String printed) {}

    private List<Compiled> compileAll(List<Unit> units, Path work) throws ToolchainException {
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<Compiled>> running = new ArrayList<>();
            for (int i = 0; i < units.size(); i++) {
                Unit unit = units.get(i);
                Path object = work.resolve(i + ".o");
                running.add(pool.submit(() -> compile(unit, object)));
            }
            List<Compiled> objects = new ArrayList<>();
            for (Future<Compiled> object : running) {
                objects.add(object.get());
            }
            return objects;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ToolchainException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolchainException("interrupted while compiling", e);
        } finally {
            pool.shutdownNow();
        }
    }

    private Compiled compile(Unit unit, Path object) throws ToolchainException {
        List<String> command = new ArrayList<>();
        command.add(clang.clang().toString());
        command.addAll(COMPILE);
        command.addAll(isPlusPlus(unit.file()) ? PLUS_PLUS : C);
        command.add("-resource-dir");
        command.add(clang.resourceFolder().toString());
        command.addAll(unit.flags());
        command.add("-c");
        command.add(unit.file().toString());
        command.add("-o");
        command.add(object.toString());
        return new Compiled(object, runOnSources(command));
    }

    /** @return what it printed, each line ended */
    private static String runOnSources(List<String> command) throws ToolchainException {
        Command.Result result = Command.of(command).withoutPath().tryRun();
        if (result.exitCode() != 0) {
            throw new ToolchainException.SourceRejected(result.output());
        }
        return result.output().isEmpty() ? "" : result.output() + System.lineSeparator();
    }

    static boolean isPlusPlus(Path file) {
        return file.toString().endsWith(".cc");
    }
}
