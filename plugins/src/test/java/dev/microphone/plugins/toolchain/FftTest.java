package dev.microphone.plugins.toolchain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header's FFT, in WASM and by gcc, against the definition of the transform in double precision. */
class FftTest {
    private static final Path ROOT = Path.of("src/main/c");
    private static final Path HARNESS = Path.of("src/test/c/fft_harness.c");
    /** A float's last place is 6e-8; the error grows with the root of the number of passes. */
    private static final double TOLERANCE_OF_RMS = 3e-7;

    @TempDir
    private static Path folder = Path.of("");

    private static Instance instance;

    @BeforeAll
    static void build() throws ToolchainException, IOException {
        List<String> flags = List.of("-isystem", ROOT.resolve("libc/include").toString(), "-I" + ROOT);
        Path module = folder.resolve("fft.wasm");
        WasmToolchain.find()
                .build(
                        List.of(
                                new WasmToolchain.Unit(HARNESS, flags),
                                new WasmToolchain.Unit(ROOT.resolve("microphone_fft.c"), flags),
                                new WasmToolchain.Unit(ROOT.resolve("libc/libm.c"), flags)),
                        4096,
                        module);
        var parsed = Parser.parse(module.toFile());
        instance = Instance.builder(parsed)
                .withMachineFactory(MachineFactoryCompiler.compile(parsed))
                .build();
    }

    private static int call(String export, long... arguments) {
        long[] results = instance.export(export).apply(arguments);
        return results == null || results.length == 0 ? 0 : (int) results[0];
    }

    private static void write(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        instance.memory().write(call("data"), bytes.array());
    }

    private static float[] read(int count) {
        return floats(instance.memory().readBytes(call("data"), 4 * count), 0, count);
    }

    private static float[] floats(byte[] bytes, int from, int count) {
        float[] values = new float[count];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(from, values);
        return values;
    }

    private static float[] noise(int size) {
        Random random = new Random(size);
        float[] samples = new float[size];
        for (int i = 0; i < size; i++) {
            samples[i] = (float) (10_000 * random.nextGaussian());
        }
        return samples;
    }

    /** As the definition has it: real and imaginary part in turn, bins 0 to size / 2. */
    private static double[] transform(float[] samples) {
        int size = samples.length;
        double[] spectrum = new double[size + 2];
        for (int k = 0; k <= size / 2; k++) {
            for (int n = 0; n < size; n++) {
                double angle = 2 * Math.PI * ((long) k * n % size) / size;
                spectrum[2 * k] += samples[n] * Math.cos(angle);
                spectrum[2 * k + 1] -= samples[n] * Math.sin(angle);
            }
        }
        return spectrum;
    }

    private static double rmsOfDifference(double[] expected, float[] actual) {
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            sum += (expected[i] - actual[i]) * (expected[i] - actual[i]);
        }
        return Math.sqrt(sum / expected.length);
    }

    private static double rms(double[] values) {
        return rmsOfDifference(values, new float[values.length]);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                2, 4, 6, 8, 10, 16, 18, 30, 50, 60, 64, 120, 128, 240, 250, 256, 480, 512, 540, 960, 1024, 1920, 2048
            })
    void shouldTransformAsTheDefinitionHasItAndBack(int size) {
        float[] samples = noise(size);
        assertEquals(0, call("prepare", size));
        write(samples);
        call("forward");
        double[] exact = transform(samples);
        assertEquals(0, rmsOfDifference(exact, read(size + 2)) / rms(exact), TOLERANCE_OF_RMS, "forward");
        call("inverse");
        double[] back = new double[size];
        for (int i = 0; i < size; i++) {
            back[i] = samples[i];
        }
        assertEquals(0, rmsOfDifference(back, read(size)) / rms(back), TOLERANCE_OF_RMS, "inverse");
    }

    @Test
    void shouldShowOnePureToneInOneBinOnly() {
        int size = 960;
        float[] tone = new float[size];
        for (int n = 0; n < size; n++) {
            tone[n] = (float) (1000 * Math.cos(2 * Math.PI * 37 * n / size + 0.3));
        }
        assertEquals(0, call("prepare", size));
        write(tone);
        call("forward");
        float[] spectrum = read(size + 2);
        for (int k = 0; k <= size / 2; k++) {
            assertEquals(k == 37 ? 480_000 * Math.cos(0.3) : 0, spectrum[2 * k], 0.5, "real part of bin " + k);
            assertEquals(k == 37 ? 480_000 * Math.sin(0.3) : 0, spectrum[2 * k + 1], 0.5, "imaginary part of " + k);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 0, 1, 7, 14, 22, 882, 961, 16_386, 32_768})
    void shouldRefuseSizesThatItCannotDo(int size) {
        assertEquals(-1, call("prepare", size));
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 512, 960, 1024})
    void shouldGiveTheSameBitsAsTheNativeCode(int size) throws Exception {
        assumeTrue(NativeReference.isAvailable(), "needs gcc (Debian package gcc)");
        Path program = folder.resolve("fft");
        if (!Files.exists(program)) {
            Command.of(List.of(
                            "gcc",
                            "-O3",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-ffp-contract=off",
                            "-I" + ROOT,
                            HARNESS.toString(),
                            ROOT.resolve("microphone_fft.c").toString(),
                            "-o",
                            program.toString(),
                            "-lm"))
                    .run();
        }
        ByteBuffer input = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        input.asFloatBuffer().put(noise(size));
        Path in = Files.write(folder.resolve("in"), input.array());
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(program.toString(), String.valueOf(size))
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals(0, process.waitFor());
        byte[] answer = Files.readAllBytes(out);

        assertEquals(0, call("prepare", size));
        write(noise(size));
        call("forward");
        assertArrayEquals(floats(answer, 0, size + 2), read(size + 2), "forward");
        call("inverse");
        assertArrayEquals(floats(answer, size + 2, size), read(size), "inverse");
    }

    @Test
    void shouldMakeWindowsThatAddUpToOne() {
        int size = 960;
        call("hann", size);
        float[] hann = read(size);
        call("root_hann", size);
        float[] root = read(size);
        for (int n = 0; n < size / 2; n++) {
            assertEquals(1, hann[n] + hann[n + size / 2], 1e-6);
            assertEquals(hann[n], root[n] * root[n], 1e-6);
            assertTrue(root[n] >= 0);
        }
    }
}
