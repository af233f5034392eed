package dev.microphone.processor.wasm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ByteClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/** From a module to class files: Chicory's compiler, then {@link BytecodeTranslator}. */
final class PluginCompiler {
    /** Part of the cache's key. Raise it with every change to what the translated code looks like or calls. */
    static final String VERSION = "4";

    /** HotSpot's HugeMethodLimit: longer methods stay in the interpreter. */
    static final int JIT_LIMIT_BYTECODES = 8_000;

    private static final String CLASS_NAME = "dev.microphone.plugin.Code";

    private PluginCompiler() {}

    /** @throws PluginRejectedException when a function is too long for a JVM method, 64 KiB */
    static CompiledPlugin compile(WasmModule module, byte[] wasm) throws PluginRejectedException {
        Map<String, byte[]> classes = new TreeMap<>();
        try {
            Set<String> recursive = CallGraph.recursiveFunctions(module).stream()
                    .map(index -> "func_" + index)
                    .collect(Collectors.toSet());
            Compiler.builder(module)
                    .withClassName(CLASS_NAME)
                    .withInterpreterFallback(InterpreterFallback.FAIL)
                    .withClassCollectorFactory(ByteClassCollector::new)
                    .build()
                    .compile()
                    .collector()
                    .classBytes()
                    .forEach((name, bytes) -> classes.put(
                            name.replace('/', '.'),
                            name.contains("FuncGroup") ? BytecodeTranslator.translate(bytes, recursive) : bytes));
        } catch (RuntimeException | StackOverflowError e) {
            // Of Chicory, or of its and our look at code that is valid but senseless.
            throw new PluginRejectedException("cannot be compiled: " + PluginFinding.oneLine(e));
        }
        List<String> huge = new ArrayList<>();
        forEachFunction(classes, (name, bytecodes) -> {
            if (bytecodes > JIT_LIMIT_BYTECODES) {
                huge.add(nameOf(name, module) + " has " + bytecodes + " JVM bytecodes");
            }
        });
        return new CompiledPlugin(ModuleSkeleton.of(wasm), CLASS_NAME, classes, huge);
    }

    /** @param sizes takes each compiled function's method name and length in bytecodes */
    static void forEachFunction(Map<String, byte[]> classes, ObjIntConsumer<String> sizes) {
        ClassVisitor visitor = new ClassVisitor(Opcodes.ASM9) {
            @Override
            public @Nullable MethodVisitor visitMethod(
                    int access,
                    String name,
                    String descriptor,
                    @Nullable String signature,
                    String @Nullable [] exceptions) {
                if (!BytecodeTranslator.isFunction(name)) {
                    return null;
                }
                return new CodeSizeEvaluator(Opcodes.ASM9, null) {
                    @Override
                    public void visitEnd() {
                        sizes.accept(name, getMinSize());
                    }
                };
            }
        };
        classes.values()
                .forEach(bytes ->
                        new ClassReader(bytes).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES));
    }

    /** "function 12 (filter)", where the module names its functions. */
    static String nameOf(String methodName, WasmModule module) {
        String index = methodName.substring("func_".length());
        String name =
                module.nameSection() == null ? null : module.nameSection().nameOfFunction(Integer.parseInt(index));
        return name == null ? "function " + index : "function " + index + " (" + name + ")";
    }
}
