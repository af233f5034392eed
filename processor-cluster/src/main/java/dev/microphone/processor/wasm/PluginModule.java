package dev.microphone.processor.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.MutabilityType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that was checked and compiled, of which instances are made. Any thread.
 *
 * <p>Compiling takes half a second for RNNoise, loading from the cache some milliseconds, an instance less than one.
 */
public final class PluginModule {
    /** No plugin with its tables comes near; keeps a wrong file from filling the heap. */
    public static final int MAX_MODULE_BYTES = 16 << 20;

    private static final MethodType MACHINE_CONSTRUCTOR = MethodType.methodType(void.class, Instance.class);
    private static final MethodType MACHINE_FACTORY = MethodType.methodType(Machine.class, Instance.class);

    private final WasmModule module;
    private final PluginLimits limits;
    private final PluginMemory memory;
    private final String digest;
    private final List<PluginFinding> warnings;
    private final PluginClassLoader classLoader;
    private final MethodHandle machineConstructor;
    private final Map<String, Integer> functionExports;
    private final Map<String, Integer> globalExports;
    private final Map<String, MethodHandle> functions;
    private final List<Class<?>> functionClasses;
    private final int[] mutableGlobals;

    private PluginModule(
            WasmModule module,
            PluginLimits limits,
            String digest,
            CompiledPlugin compiled,
            List<PluginFinding> warnings)
            throws PluginRejectedException {
        this.module = module;
        this.limits = limits;
        this.memory = PluginMemory.UNLIMITED;
        this.digest = digest;
        this.warnings = warnings;
        this.functionExports = new TreeMap<>();
        this.globalExports = new TreeMap<>();
        this.functionClasses = new ArrayList<>();
        this.mutableGlobals = IntStream.range(0, module.globalSection().globalCount())
                .filter(i -> module.globalSection().getGlobal(i).mutabilityType() == MutabilityType.Var)
                .toArray();
        this.functions = new ConcurrentHashMap<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.exportType() == ExternalType.FUNCTION) {
                functionExports.put(export.name(), export.index());
            } else if (export.exportType() == ExternalType.GLOBAL) {
                globalExports.put(export.name(), export.index());
            }
        }
        this.classLoader = new PluginClassLoader(compiled.classes());
        try {
            for (String name : compiled.classes().keySet()) {
                // Initialising verifies: broken code shows now, not within a frame.
                Class<?> loaded = Class.forName(name, true, classLoader);
                if (name.contains("FuncGroup")) {
                    functionClasses.add(loaded);
                }
            }
            this.machineConstructor = MethodHandles.publicLookup()
                    .findConstructor(classLoader.loadClass(compiled.mainClass()), MACHINE_CONSTRUCTOR)
                    .asType(MACHINE_FACTORY);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new PluginRejectedException("its compiled code does not load: " + PluginFinding.oneLine(e));
        }
    }

    /** The same code, inside other limits. */
    private PluginModule(PluginModule loaded, PluginLimits limits, PluginMemory memory) {
        this.limits = limits;
        this.memory = memory;
        module = loaded.module;
        digest = loaded.digest;
        warnings = loaded.warnings;
        functionExports = loaded.functionExports;
        globalExports = loaded.globalExports;
        functionClasses = loaded.functionClasses;
        mutableGlobals = loaded.mutableGlobals;
        functions = loaded.functions;
        classLoader = loaded.classLoader;
        machineConstructor = loaded.machineConstructor;
    }

    /**
     * Checks, compiles (or takes from the cache) and loads a module.
     *
     * @param cache null to compile always
     * @param cacheWarnings told when the cache cannot be written; the plugin works all the same
     */
    public static PluginModule load(
            byte[] wasm, PluginLimits limits, @Nullable CompiledPluginCache cache, Consumer<String> cacheWarnings)
            throws PluginRejectedException {
        if (wasm.length > MAX_MODULE_BYTES) {
            throw new PluginRejectedException("is " + wasm.length + " bytes long: the limit is " + MAX_MODULE_BYTES);
        }
        String digest = Digests.hexOf(wasm);
        CompiledPlugin compiled =
                cache == null ? compile(wasm, limits) : compiled(wasm, digest, limits, cache, cacheWarnings);
        // What was cached was checked then, but for the limits, which may be others now.
        WasmModule module = parse(compiled.skeleton(), false);
        throwIfRejected(PluginValidator.validate(module, limits));
        List<PluginFinding> warnings = compiled.hugeFunctions().stream()
                .map(function -> PluginFinding.warning(function + ": above " + PluginCompiler.JIT_LIMIT_BYTECODES
                        + " the JIT leaves it interpreted, some 15 times slower"))
                .toList();
        return new PluginModule(module, limits, digest, compiled, warnings);
    }

    private static CompiledPlugin compiled(
            byte[] wasm, String digest, PluginLimits limits, CompiledPluginCache cache, Consumer<String> cacheWarnings)
            throws PluginRejectedException {
        String refusal = cache.refusal();
        if (refusal != null) {
            cacheWarnings.accept("compiled plugins are not kept: " + refusal);
            return compile(wasm, limits);
        }
        CompiledPlugin cached = cache.get(digest);
        if (cached != null) {
            return cached;
        }
        CompiledPlugin compiled = compile(wasm, limits);
        try {
            cache.put(digest, compiled);
        } catch (IOException e) {
            cacheWarnings.accept("compiled plugin could not be kept for the next start: " + e);
        }
        return compiled;
    }

    private static CompiledPlugin compile(byte[] wasm, PluginLimits limits) throws PluginRejectedException {
        ModuleScan.check(wasm);
        WasmModule module = parse(wasm, true);
        throwIfRejected(PluginValidator.validate(module, limits));
        return PluginCompiler.compile(module, wasm);
    }

    static void throwIfRejected(List<PluginFinding> findings) throws PluginRejectedException {
        if (findings.stream().anyMatch(PluginFinding::rejects)) {
            throw new PluginRejectedException(findings);
        }
    }

    /** All that is to be said about a module: for {@code plugins check}. It is compiled but nothing of it runs. */
    public static List<PluginFinding> check(byte[] wasm, PluginLimits limits) {
        try {
            return load(wasm, limits, null, warning -> {}).warnings();
        } catch (PluginRejectedException e) {
            return e.findings();
        }
    }

    static WasmModule parse(byte[] wasm, boolean validating) throws PluginRejectedException {
        try {
            return Parser.builder().withValidation(validating).build().parse(() -> new ByteArrayInputStream(wasm));
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            // Chicory's parser throws its own exceptions for most damage, those of arrays and buffers for the rest, and
            // asserts some where assertions are on.
            throw new PluginRejectedException("is not a valid WebAssembly module: " + PluginFinding.oneLine(e));
        }
    }

    /** By which a module is known: its SHA-256, hexadecimal. */
    public static String digestOf(byte[] wasm) {
        return Digests.hexOf(wasm);
    }

    /** SHA-256 of the module, hexadecimal. */
    public String digest() {
        return digest;
    }

    public PluginLimits limits() {
        return limits;
    }

    PluginMemory totalMemory() {
        return memory;
    }

    /**
     * The same compiled code for instances inside other limits; costs nothing.
     *
     * @param total what they may have together with those of other modules
     * @throws PluginRejectedException when it does not fit them
     */
    public PluginModule within(PluginLimits other, PluginMemory total) throws PluginRejectedException {
        if (!other.equals(limits)) {
            throwIfRejected(PluginValidator.validate(module, other));
        }
        return new PluginModule(this, other, total);
    }

    /** What was found that does not reject. */
    public List<PluginFinding> warnings() {
        return warnings;
    }

    /** Whether it takes the far end's frames. */
    public boolean takesReference() {
        return functionExports.containsKey(PluginAbi.PROCESS_REFERENCE);
    }

    /**
     * A fresh instance, initialised and configured.
     *
     * @param parameters given to {@code configure} as {@code key=value} lines
     * @param watch of the calling thread
     */
    public PluginInstance newInstance(Map<String, String> parameters, Watch watch) throws PluginRejectedException {
        return PluginInstance.create(this, parameters, watch);
    }

    /**
     * What instances are made from, initialised and configured.
     *
     * @param parameters given to {@code configure} as {@code key=value} lines
     * @param watch of the calling thread
     */
    public PluginPrototype newPrototype(Map<String, String> parameters, Watch watch) throws PluginRejectedException {
        return PluginPrototype.create(this, parameters, watch);
    }

    /**
     * Gives all of its instances ten times their limit for a frame: they are live while the JIT still compiles their code,
     * and a frame may meet it in the interpreter. Any thread; a later call replaces an earlier one.
     *
     * @param untilNs as {@link System#nanoTime}
     */
    public void relaxTimeLimit(long untilNs) {
        loopPoll().relax(untilNs);
    }

    /** Whether its instances have ten times their limit at the moment. */
    public boolean isTimeLimitRelaxed() {
        return loopPoll().isRelaxed(System.nanoTime());
    }

    LoopPoll loopPoll() {
        return classLoader.loopPoll();
    }

    boolean hasFunction(String export) {
        return functionExports.containsKey(export);
    }

    /** Whether it tells what of its memory is dead between two frames. */
    boolean exportsStackPointer() {
        return globalExports.containsKey(PluginAbi.STACK_POINTER);
    }

    @Nullable
    Integer globalIndex(String export) {
        return globalExports.get(export);
    }

    FlatMemory newMemory() {
        var declared = module.memorySection().orElseThrow().getMemory(0).limits();
        int maximumPages = Math.min(declared.maximumPages(), limits.memoryPages());
        return new FlatMemory(declared.initialPages(), maximumPages, limits.nestedCalls(), memory);
    }

    /** Indices of the globals that may change, in order. */
    int[] mutableGlobals() {
        return mutableGlobals;
    }

    Instance newWasmInstance(FlatMemory memory) {
        try {
            return Instance.builder(module)
                    .withMemoryFactory(declared -> memory)
                    .withMachineFactory(this::newMachine)
                    .withStart(false)
                    .build();
        } catch (RuntimeException | Error e) {
            memory.release();
            throw e;
        }
    }

    private Machine newMachine(Instance instance) {
        try {
            return (Machine) machineConstructor.invokeExact(instance);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot construct the compiled machine", e);
        }
    }

    /**
     * The compiled method of an export: called by its handle, arguments need no array. All instances share one: the JDK
     * compiles some 30 KB of code for each handle that is called often, and that would happen on the live thread.
     */
    MethodHandle function(String export, Class<?> returns, Class<?>... parameters) {
        MethodType type = MethodType.methodType(returns, parameters).appendParameterTypes(Memory.class, Instance.class);
        // Looking one up takes longer than all else that an instance needs.
        return functions.computeIfAbsent(export, name -> compiledMethod(name, type));
    }

    private MethodHandle compiledMethod(String export, MethodType type) {
        String name = "func_" + functionExports.get(export);
        NoSuchMethodException missing = null;
        for (Class<?> group : functionClasses) {
            try {
                return MethodHandles.publicLookup().findStatic(group, name, type);
            } catch (NoSuchMethodException e) {
                // Functions of a large module are spread over several classes.
                missing = e;
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("no compiled method " + name + type, missing);
    }
}
