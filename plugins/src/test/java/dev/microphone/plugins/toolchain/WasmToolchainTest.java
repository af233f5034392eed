package dev.microphone.plugins.toolchain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WasmToolchainTest {
    private static final Path ROOT = Path.of("src/main/c");

    @TempDir
    private Path folder = Path.of("");

    private Path build(String source, String... libraryFiles) throws IOException, ToolchainException {
        Path file = Files.writeString(folder.resolve("plugin.c"), source);
        List<String> flags = List.of("-isystem", ROOT.resolve("libc/include").toString(), "-I" + ROOT);
        List<WasmToolchain.Unit> units = new java.util.ArrayList<>(List.of(new WasmToolchain.Unit(file, flags)));
        for (String library : libraryFiles) {
            units.add(new WasmToolchain.Unit(
                    ROOT.resolve(library), List.of("-fno-builtin", "-isystem", flags.get(1), flags.get(2))));
        }
        Path module = folder.resolve("plugin.wasm");
        WasmToolchain.find().build(units, 4096, module);
        return module;
    }

    @Test
    void shouldComputeElementaryFunctionsToTheLastPlaceOrNextToIt() throws IOException, ToolchainException {
        Path module = build("""
                #include <math.h>
                #define EXPORT(f) __attribute__((export_name(#f))) double export_##f(double x) { return f(x); }
                EXPORT(sin) EXPORT(cos) EXPORT(exp) EXPORT(log) EXPORT(log10)
                """, "libc/libm.c");
        Instance instance = Instance.builder(Parser.parse(module.toFile())).build();
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            double angle = (random.nextDouble() - 0.5) * 400;
            // Near a zero of the function the reduced angle's last place counts, not the result's.
            checkAbsolute(instance, "sin", angle, StrictMath::sin);
            checkAbsolute(instance, "cos", angle, StrictMath::cos);
            checkUlps(instance, "exp", (random.nextDouble() - 0.5) * 1400, StrictMath::exp, 2);
            double positive = StrictMath.exp((random.nextDouble() - 0.5) * 1400);
            checkUlps(instance, "log", positive, StrictMath::log, 2);
            checkUlps(instance, "log10", positive, StrictMath::log10, 3);
        }
        for (double special :
                new double[] {0, -0.0, 1, -1, Double.MIN_VALUE, 1e-310, Double.POSITIVE_INFINITY, Double.NaN}) {
            checkUlps(instance, "log", special, StrictMath::log, 2);
            checkUlps(instance, "log10", special, StrictMath::log10, 3);
        }
        for (double special : new double[] {0, 1, 710, -746, -740, Double.NEGATIVE_INFINITY, Double.NaN}) {
            checkUlps(instance, "exp", special, StrictMath::exp, 2);
        }
    }

    private static double call(Instance instance, String function, double x) {
        return Double.longBitsToDouble(instance.export(function).apply(Double.doubleToRawLongBits(x))[0]);
    }

    private static void checkAbsolute(Instance instance, String function, double x, DoubleUnaryOperator exact) {
        assertEquals(exact.applyAsDouble(x), call(instance, function, x), 2.3e-16, function + "(" + x + ")");
    }

    private static void checkUlps(Instance instance, String function, double x, DoubleUnaryOperator exact, int ulps) {
        double expected = exact.applyAsDouble(x);
        double allowed = Double.isFinite(expected) ? ulps * Math.ulp(expected) : 0;
        assertEquals(expected, call(instance, function, x), allowed, function + "(" + x + ")");
    }

    @Test
    void shouldTrapWhenThePluginsMemoryIsUsedUp() throws IOException, ToolchainException {
        Path module = build("""
                #include <stdlib.h>
                __attribute__((export_name("take"))) int take(int bytes) { return (int)malloc(bytes); }
                __attribute__((export_name("clear"))) int clear(int count) { return (int)calloc(count, 65536); }
                """, "libc/libc.c");
        Instance instance = Instance.builder(Parser.parse(module.toFile())).build();
        assertEquals(0, instance.export("take").apply(60_000)[0] % 16);
        assertThrows(RuntimeException.class, () -> instance.export("take").apply(6000));
        assertThrows(RuntimeException.class, () -> instance.export("take").apply(-1));
        assertThrows(RuntimeException.class, () -> instance.export("clear").apply(65_536));
    }

    @Test
    void shouldSayWhatClangSaysWhenTheSourceIsWrong() {
        var thrown = assertThrows(ToolchainException.class, () -> build("int process_frame( { return 0; }"));
        assertTrue(thrown.getMessage().contains("plugin.c:1:20: error:"), thrown.getMessage());
        assertFalse(Files.exists(folder.resolve("plugin.wasm")));
    }

    @Test
    void shouldRefuseAModuleThatWouldNeedImports() {
        var thrown = assertThrows(ToolchainException.class, () -> build("""
                        int printf(const char *, ...);
                        __attribute__((export_name("process_frame"))) int process_frame(int p, int n) {
                          return printf("%d", p + n);
                        }
                        """));
        assertTrue(thrown.getMessage().contains("undefined symbol: printf"), thrown.getMessage());
    }

    @Test
    void shouldBuildTheSameBytesEachTime() throws IOException, ToolchainException {
        String source = "__attribute__((export_name(\"f\"))) int f(int x) { return x * 3; }";
        byte[] first = Files.readAllBytes(build(source));
        byte[] second = Files.readAllBytes(build(source));
        assertEquals(-1, java.util.Arrays.mismatch(first, second));
    }
}
