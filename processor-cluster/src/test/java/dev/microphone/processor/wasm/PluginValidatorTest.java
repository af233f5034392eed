package dev.microphone.processor.wasm;

import static dev.microphone.processor.wasm.WasmBuilder.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PluginValidatorTest {
    private static final int[] RANGE = {I32, I32};
    private static final int[] INT = {I32};
    private static final int[] NONE = {};

    private static List<String> errors(byte[] wasm) {
        return PluginModule.check(wasm, PluginLimits.defaults()).stream()
                .filter(PluginFinding::rejects)
                .map(PluginFinding::message)
                .toList();
    }

    static Stream<Arguments> rejected() {
        byte[] returnsLength = bytes(LOCAL_GET, 1);
        WasmBuilder imports = module();
        imports.function(RANGE, INT, 0, returnsLength);
        imports.importFunction("env", "clock").export("process_frame", 1);

        WasmBuilder wrongType = module();
        wrongType.export("process_frame", wrongType.function(INT, INT, 0, bytes(LOCAL_GET, 0)));

        WasmBuilder wrongOptional = module();
        wrongOptional.export("process_frame", wrongOptional.function(RANGE, INT, 0, returnsLength));
        wrongOptional.export("latency_samples", wrongOptional.function(RANGE, INT, 0, returnsLength));

        WasmBuilder notAFunction = module().global(3).export("process_frame", 3, 0);

        WasmBuilder hungry = module().memory(257, -1);
        hungry.export("process_frame", hungry.function(RANGE, INT, 0, returnsLength));

        WasmBuilder starts = module();
        starts.export("process_frame", starts.function(RANGE, INT, 0, returnsLength));
        starts.start(starts.function(NONE, NONE, 0, bytes()));

        WasmBuilder command = module();
        command.export("process_frame", command.function(RANGE, INT, 0, returnsLength));
        command.export("_start", command.function(NONE, NONE, 0, bytes()));

        WasmBuilder hidden = module();
        hidden.function(RANGE, INT, 0, returnsLength);

        WasmBuilder growsTable = module();
        growsTable.export(
                "process_frame", growsTable.function(RANGE, INT, 0, bytes(0xd0, 0x70, LOCAL_GET, 1, 0xfc, 15, 0)));
        growsTable.tableOfAllFunctions();

        WasmBuilder stackIsFunction = module();
        stackIsFunction.export("process_frame", stackIsFunction.function(RANGE, INT, 0, returnsLength));
        stackIsFunction.export("__stack_pointer", 0);

        WasmBuilder dataBelowStack =
                module().global(1_024).export("__stack_pointer", 3, 0).data(1_023, 7);
        dataBelowStack.export("process_frame", dataBelowStack.function(RANGE, INT, 0, returnsLength));

        return Stream.of(
                Arguments.of("exports '__stack_pointer' as function: must be global", stackIsFunction.build()),
                Arguments.of(
                        "exports '__stack_pointer' with data below it: the stack must lie first (--stack-first)",
                        dataBelowStack.build()),
                Arguments.of("imports function 'env.clock': a plugin has no imports", imports.build()),
                Arguments.of("exports 'process_frame' as (i32) -> i32: must be (i32, i32) -> i32", wrongType.build()),
                Arguments.of(
                        "exports 'latency_samples' as (i32, i32) -> i32: must be () -> i32", wrongOptional.build()),
                Arguments.of("exports 'process_frame' as global: must be function", notAFunction.build()),
                Arguments.of("asks for 16448 KiB of memory at start: the limit is 16384 KiB", hungry.build()),
                Arguments.of("has a start function: use _initialize, which runs inside the limits", starts.build()),
                Arguments.of("exports '_start': a plugin is a library (a reactor), not a command", command.build()),
                Arguments.of("does not export function 'process_frame'", hidden.build()),
                Arguments.of(
                        "uses table_grow: allowed is WebAssembly 1.0 with sign extension, saturating conversion and bulk memory",
                        growsTable.build()));
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void shouldSayInOneLineWhyAModuleIsRejected(String message, byte[] wasm) {
        assertEquals(List.of(message), errors(wasm));
    }

    @Test
    void shouldAcceptAStackPointerWithAllDataAboveIt() {
        WasmBuilder builder =
                module().global(1_024).export("__stack_pointer", 3, 0).data(1_024, 7);
        builder.export("process_frame", builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1)));

        assertEquals(List.of(), errors(builder.build()));
    }

    @Test
    void shouldRefuseAStackPointerThatIsNotThere() {
        WasmBuilder builder = module().export("__stack_pointer", 3, 0);
        builder.export("process_frame", builder.function(RANGE, INT, 0, bytes(LOCAL_GET, 1)));

        assertEquals(1, errors(builder.build()).size());
    }

    @Test
    void shouldListEveryFindingAtOnce() {
        WasmBuilder builder = module().memory(300, 400).withoutExports();
        builder.start(builder.function(NONE, NONE, 0, bytes()));

        assertEquals(4, errors(builder.build()).size(), errors(builder.build()).toString());
    }

    @Test
    void shouldAcceptAModuleWithoutAMaximumOfMemory() {
        assertEquals(List.of(), PluginModule.check(TestPlugins.passThrough(), PluginLimits.defaults()));
    }

    @Test
    void shouldWarnOfAFunctionThatTheJitWillNotCompile() {
        byte[] add = join(bytes(LOCAL_GET, 0), i32(1_000_000), bytes(I32_ADD, LOCAL_SET, 0));
        byte[][] many = new byte[1_600][];
        java.util.Arrays.fill(many, add);
        List<PluginFinding> findings =
                PluginModule.check(plugin(join(join(many), bytes(LOCAL_GET, 1))), PluginLimits.defaults());

        assertEquals(1, findings.size());
        assertFalse(findings.get(0).rejects());
        assertTrue(findings.get(0).message().startsWith("function 0 has "), findings.toString());
    }

    @Test
    void shouldRejectWhatIsNoModule() {
        assertTrue(errors(new byte[0]).get(0).startsWith("is not a valid WebAssembly module"));
        assertTrue(errors("RIFF....WAVEfmt ".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .get(0)
                .startsWith("is not a valid WebAssembly module"));
    }

    /** Damage anywhere: a list of findings, or a module that still is one; never anything else. */
    @Test
    void shouldNeverThrowOnADamagedModule() {
        SplittableRandom random = new SplittableRandom(20_260_101);
        byte[] whole = TestPlugins.trapsOnMarker();
        for (int i = 0; i < 1_500; i++) {
            byte[] damaged = java.util.Arrays.copyOf(
                    whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int flips = random.nextInt(1, 4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            PluginModule.check(damaged, PluginLimits.defaults());
        }
    }
}
