package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** How often loops turn, against Chicory's interpreter: those that count, those that miss their limit, and wrap. */
class LoopTranslationTest {
    private static final int[] STEPS = {1, -1, 2, -2, 3, 4, -4, 7, 88, 1 << 30, -(1 << 30), Integer.MIN_VALUE};
    private static final int[] VALUES = {
        0, 1, -1, 2, 4, 7, 8, 12, -8, -12, 100, Integer.MAX_VALUE, Integer.MAX_VALUE - 3, Integer.MIN_VALUE, 1 << 30
    };
    /** A loop that would never end is left after so many turns. */
    private static final int MOST_TURNS = 40;

    private static final int I32_NE = 0x47;
    private static final int I32_LT_S = 0x48;
    private static final int I32_GT_S = 0x4a;
    private static final int I32_GT_U = 0x4b;

    /** {@code do { if (++turns == 40) break; } while (condition); return turns ^ counter;} of (counter, limit). */
    private static byte[] loop(byte[] condition) {
        return join(
                bytes(BLOCK, VOID, LOOP, VOID),
                bytes(LOCAL_GET, 2),
                i32(1),
                bytes(I32_ADD, LOCAL_TEE, 2),
                i32(MOST_TURNS),
                bytes(I32_EQ, BR_IF, 1),
                condition,
                bytes(BR_IF, 0, END, END, LOCAL_GET, 2, LOCAL_GET, 0, I32_XOR));
    }

    private static Map<String, byte[]> loops() {
        Map<String, byte[]> loops = new LinkedHashMap<>();
        byte[] limit = bytes(LOCAL_GET, 1);
        for (int step : STEPS) {
            byte[] count = join(bytes(LOCAL_GET, 0), i32(step), bytes(I32_ADD, LOCAL_TEE, 0));
            for (int opcode : new int[] {I32_NE, I32_LT_S, I32_LT_U, I32_GT_S, I32_GT_U}) {
                loops.put("count " + opcode + " limit, by " + step, loop(join(count, limit, bytes(opcode))));
                loops.put("limit " + opcode + " count, by " + step, loop(join(limit, count, bytes(opcode))));
            }
            loops.put("not 0, by " + step, loop(count));
            loops.put("not 88, by " + step, loop(join(count, i32(88), bytes(I32_NE))));
        }
        return loops;
    }

    @Test
    void shouldTurnAsOftenAsTheInterpreterDoes() throws PluginRejectedException {
        Map<String, byte[]> loops = loops();
        byte[] wasm = moduleOf(loops);
        WasmModule module = Parser.parse(wasm);
        Instance interpreted = Instance.builder(module).build();
        PluginModule plugin = PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {});
        Instance translated = plugin.newWasmInstance(plugin.newMemory());

        for (String name : loops.keySet()) {
            for (int from : VALUES) {
                for (int to : VALUES) {
                    long expected = interpreted.export(name).apply(from, to)[0];
                    long actual = translated.export(name).apply(from, to)[0];
                    assertEquals(expected, actual, name + " from " + from + " to " + to);
                }
            }
        }
    }

    /** What the JIT wants to see; without it the loop's bounds checks stay in the loop. */
    @Test
    void shouldCompareInOrderWhereALoopCountsInLargerSteps() throws PluginRejectedException {
        byte[] countsUp = join(bytes(LOCAL_GET, 0), i32(4), bytes(I32_ADD, LOCAL_TEE, 0, LOCAL_GET, 1));
        byte[] countsDown = join(bytes(LOCAL_GET, 0), i32(-4), bytes(I32_ADD, LOCAL_TEE, 0));

        assertTrue(jumpsBackBy(Opcodes.IF_ICMPLT, join(countsUp, bytes(I32_NE))));
        assertTrue(jumpsBackBy(Opcodes.IF_ICMPLT, join(countsUp, bytes(I32_LT_U))));
        assertTrue(jumpsBackBy(Opcodes.IFGT, countsDown));
    }

    private static boolean jumpsBackBy(int opcode, byte[] condition) throws PluginRejectedException {
        byte[] wasm = moduleOf(Map.of("loop", loop(condition)));
        for (byte[] classFile :
                PluginCompiler.compile(Parser.parse(wasm), wasm).classes().values()) {
            ClassNode node = new ClassNode();
            new ClassReader(classFile).accept(node, 0);
            for (MethodNode method : node.methods) {
                if (BytecodeTranslator.isFunction(method.name) && jumpsBackBy(opcode, method)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean jumpsBackBy(int opcode, MethodNode method) {
        for (var instruction : method.instructions) {
            if (instruction instanceof JumpInsnNode jump
                    && jump.getOpcode() == opcode
                    && method.instructions.indexOf(jump.label) < method.instructions.indexOf(jump)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] moduleOf(Map<String, byte[]> functions) {
        WasmBuilder builder = module();
        functions.forEach((name, body) ->
                builder.export(name, builder.function(new int[] {I32, I32}, new int[] {I32}, 1, body)));
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 1)));
        return builder.build();
    }
}
