package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.compiler.internal.Compiler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/**
 * HotSpot never compiles a method of more than 8,000 bytes (its HugeMethodLimit): such a WASM function would run in the
 * JVM's interpreter, 15 times slower and more.
 */
class JitLimitTest {
    private static final int HUGE_METHOD_LIMIT_BYTES = 8000;

    static List<String> names() {
        return OfficialPlugins.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBecomeMethodsThatTheJvmCompiles(String name) throws IOException {
        var compiled = Compiler.builder(WasmPlugin.module(name)).build().compile();
        assertEquals(0, compiled.interpretedFunctions().size(), "functions left to the interpreter");
        Map<String, Integer> tooLong = new TreeMap<>();
        int functions = 0;
        for (var entry : compiled.classBytes().entrySet()) {
            Map<String, Integer> sizes = methodSizesBytes(entry.getValue());
            functions += (int) sizes.keySet().stream()
                    .filter(method -> method.startsWith("func_"))
                    .count();
            sizes.values().removeIf(size -> size <= HUGE_METHOD_LIMIT_BYTES);
            sizes.forEach((method, size) -> tooLong.put(entry.getKey() + "." + method, size));
        }
        assertTrue(functions > 5, "found only " + functions + " functions: are they named otherwise now?");
        assertEquals(Map.of(), tooLong);
    }

    private static Map<String, Integer> methodSizesBytes(byte[] classFile) {
        Map<String, Integer> sizes = new TreeMap<>();
        new ClassReader(classFile)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String type, String signature, String[] exceptions) {
                                return new CodeSizeEvaluator(Opcodes.ASM9, null) {
                                    @Override
                                    public void visitEnd() {
                                        // An upper bound: how long jumps and constants come out depends on where.
                                        sizes.put(name + type, getMaxSize());
                                    }
                                };
                            }
                        },
                        0);
        return sizes;
    }
}
