package dev.microphone.processor.wasm;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import java.util.ArrayList;
import java.util.List;

/**
 * What a module is made of, for whoever writes it.
 *
 * @param digest SHA-256, hexadecimal
 * @param exports names, in the module's order
 * @param memoryBytes linear memory of an instance at its start
 * @param functions how many it has
 * @param largestFunction the one that became the longest JVM method, by name where the module has names
 * @param largestBytecodes that method's length
 */
public record PluginAnatomy(
        String digest,
        List<String> exports,
        long memoryBytes,
        int functions,
        String largestFunction,
        int largestBytecodes) {
    /** Longer methods stay in the interpreter, some 15 times slower: HotSpot's HugeMethodLimit. */
    public static final int JIT_LIMIT_BYTECODES = PluginCompiler.JIT_LIMIT_BYTECODES;

    private static final long PAGE_BYTES = 65_536;

    public PluginAnatomy {
        exports = List.copyOf(exports);
    }

    /**
     * Checks and compiles the module; nothing of it runs.
     *
     * @throws PluginRejectedException when it would not be loaded
     */
    public static PluginAnatomy of(byte[] wasm, PluginLimits limits) throws PluginRejectedException {
        WasmModule module = PluginModule.parse(wasm, true);
        PluginModule.throwIfRejected(PluginValidator.validate(module, limits));
        Largest largest = new Largest();
        PluginCompiler.forEachFunction(PluginCompiler.compile(module, wasm).classes(), largest::offer);
        return new PluginAnatomy(
                Digests.hexOf(wasm),
                exports(module),
                module.memorySection().orElseThrow().getMemory(0).limits().initialPages() * PAGE_BYTES,
                module.codeSection().functionBodyCount(),
                PluginCompiler.nameOf(largest.name, module),
                largest.bytecodes);
    }

    private static List<String> exports(WasmModule module) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            names.add(export.name());
        }
        return names;
    }

    private static final class Largest {
        private String name = "func_0";
        private int bytecodes;

        void offer(String candidate, int length) {
            if (length > bytecodes) {
                name = candidate;
                bytecodes = length;
            }
        }
    }
}
