package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Translated comparisons and conversions against Chicory's interpreter, which shares none of that code. */
class TranslationTest {
    private static final int[] INTS = {0, 1, -1, 2, 7, Integer.MIN_VALUE, Integer.MAX_VALUE, -8};
    private static final long[] LONGS = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, -(1L << 32)};
    private static final float[] FLOATS = {
        0f, -0f, 1f, -1.5f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE
    };
    private static final double[] DOUBLES = {
        0, -0.0, 1, -1.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE
    };

    @SuppressWarnings("ArrayRecordComponent")
    private record Operands(int type, int firstOpcode, int lastOpcode, long[] values) {}

    private static final List<Operands> COMPARISONS = List.of(
            new Operands(I32, 0x46, 0x4f, longs(INTS)),
            new Operands(I64, 0x51, 0x5a, LONGS),
            new Operands(F32, 0x5b, 0x60, floatBits()),
            new Operands(F64, 0x61, 0x66, doubleBits()));

    private static long[] longs(int[] ints) {
        return java.util.Arrays.stream(ints).asLongStream().toArray();
    }

    private static long[] floatBits() {
        long[] bits = new long[FLOATS.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(FLOATS[i]);
        }
        return bits;
    }

    private static long[] doubleBits() {
        return java.util.Arrays.stream(DOUBLES)
                .mapToLong(Double::doubleToRawLongBits)
                .toArray();
    }

    /** For each: jumped on when true, jumped on when false, and as a value. */
    @Test
    void shouldCompareAsTheInterpreterDoes() throws PluginRejectedException {
        WasmBuilder builder = module();
        List<String> names = new ArrayList<>();
        List<Operands> operandsOf = new ArrayList<>();
        for (Operands operands : COMPARISONS) {
            for (int opcode = operands.firstOpcode; opcode <= operands.lastOpcode; opcode++) {
                int[] two = {operands.type, operands.type};
                byte[] compared = bytes(LOCAL_GET, 0, LOCAL_GET, 1, opcode);
                List<byte[]> bodies = List.of(
                        join(compared, bytes(IF, I32), i32(10), bytes(ELSE), i32(20), bytes(END)),
                        join(bytes(BLOCK, VOID), compared, bytes(BR_IF, 0), i32(30), bytes(0x0f, END), i32(40)),
                        compared);
                for (byte[] body : bodies) {
                    String name = "f" + names.size();
                    builder.export(name, builder.function(two, new int[] {I32}, 0, body));
                    names.add(name);
                    operandsOf.add(operands);
                }
            }
        }
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 1)));
        byte[] wasm = builder.build();
        WasmModule module = Parser.parse(wasm);
        Instance interpreted = Instance.builder(module).build();
        PluginModule plugin = PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {});
        Instance translated = plugin.newWasmInstance(plugin.newMemory());

        for (int i = 0; i < names.size(); i++) {
            for (long one : operandsOf.get(i).values) {
                for (long other : operandsOf.get(i).values) {
                    long expected = interpreted.export(names.get(i)).apply(one, other)[0];
                    long actual = translated.export(names.get(i)).apply(one, other)[0];
                    assertEquals(expected, actual, names.get(i) + "(" + one + ", " + other + ")");
                }
            }
        }
    }

    /**
     * Every width of load and store, with offsets, at both ends of the memory and beyond. From 2³¹ on the interpreter
     * adds the offset modulo 2³²; the specification, and so the test, says trap.
     */
    @Test
    void shouldAccessMemoryAsTheInterpreterDoes() throws PluginRejectedException {
        Map<Integer, Integer> loads = Map.ofEntries(
                Map.entry(0x28, I32),
                Map.entry(0x29, I64),
                Map.entry(0x2a, F32),
                Map.entry(0x2b, F64),
                Map.entry(0x2c, I32),
                Map.entry(0x2d, I32),
                Map.entry(0x2e, I32),
                Map.entry(0x2f, I32),
                Map.entry(0x30, I64),
                Map.entry(0x31, I64),
                Map.entry(0x32, I64),
                Map.entry(0x33, I64),
                Map.entry(0x34, I64),
                Map.entry(0x35, I64));
        Map<Integer, Integer> stores = Map.of(
                0x36, I32, 0x37, I64, 0x38, F32, 0x39, F64, 0x3a, I32, 0x3b, I32, 0x3c, I64, 0x3d, I64, 0x3e, I64);
        WasmBuilder builder = module();
        for (int offset : new int[] {0, 9}) {
            loads.forEach((opcode, type) -> builder.export(
                    "load" + opcode + "_" + offset,
                    builder.function(new int[] {I32}, new int[] {type}, 0, bytes(LOCAL_GET, 0, opcode, 0, offset))));
            stores.forEach((opcode, type) -> builder.export(
                    "store" + opcode + "_" + offset,
                    builder.function(
                            new int[] {I32, type},
                            new int[] {},
                            0,
                            bytes(LOCAL_GET, 0, LOCAL_GET, 1, opcode, 0, offset))));
        }
        builder.export(
                "process_frame", builder.function(new int[] {I32, I32}, new int[] {I32}, 0, bytes(LOCAL_GET, 1)));
        byte[] wasm = builder.build();
        WasmModule module = Parser.parse(wasm);
        Instance interpreted = Instance.builder(module).build();
        PluginModule plugin = PluginModule.load(wasm, PluginLimits.defaults(), null, warning -> {});
        Instance translated = plugin.newWasmInstance(plugin.newMemory());

        for (int offset : new int[] {0, 9}) {
            for (int address :
                    new int[] {0, 1, 100, 65_519, 65_520, 65_527, 65_528, 65_529, 65_535, 65_536, -1, -9, -4}) {
                for (int opcode : stores.keySet()) {
                    String name = "store" + opcode + "_" + offset;
                    long value = 0x8123_4567_89ab_cdefL + opcode;
                    String expected = address < 0 ? "trap" : outcome(interpreted, name, address, value);
                    assertEquals(expected, outcome(translated, name, address, value), name + " at " + address);
                }
                for (int opcode : loads.keySet()) {
                    String name = "load" + opcode + "_" + offset;
                    String expected = address < 0 ? "trap" : outcome(interpreted, name, address);
                    assertEquals(expected, outcome(translated, name, address), name + " at " + address);
                }
            }
        }
    }

    private static String outcome(Instance instance, String name, long... arguments) {
        try {
            long[] results = instance.export(name).apply(arguments);
            return results == null || results.length == 0 ? "done" : Long.toHexString(results[0]);
        } catch (RuntimeException e) {
            return "trap";
        }
    }
}
