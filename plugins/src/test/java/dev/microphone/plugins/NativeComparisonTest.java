package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.NativeReference.Code;
import dev.microphone.plugins.toolchain.ToolchainException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each plugin's WASM against its C code compiled by {@code gcc -O3}: at most 1 LSB apart, sample by sample. */
class NativeComparisonTest {
    private static final Path VOICES = Path.of("/usr/share/sounds/alsa");
    private static final int SAMPLES = 2 * Pcm.RATE_HZ;

    private static final Map<String, NativeReference> BUILT = new HashMap<>();

    @TempDir
    private Path folder = Path.of("");

    @AfterAll
    static void deleteThePrograms() {
        BUILT.values().forEach(NativeReference::close);
        BUILT.clear();
    }

    private static NativeReference reference(String plugin, Code code) throws ToolchainException {
        NativeReference reference = BUILT.get(plugin + code);
        if (reference == null) {
            reference = NativeReference.build(plugin, code);
            BUILT.put(plugin + code, reference);
        }
        return reference;
    }

    static Stream<Arguments> rnnoiseCases() {
        return Stream.of(Code.values())
                .flatMap(code -> Stream.of(5, 10, 20)
                        .flatMap(millis -> Stream.of("dual mono", "stereo", "from equal to different", "recorded voice")
                                .map(signal -> Arguments.of(code, millis, signal))));
    }

    @ParameterizedTest
    @MethodSource("rnnoiseCases")
    void shouldDenoiseLikeTheNativeCode(Code code, int frameMillis, String signal)
            throws IOException, ToolchainException {
        assumeTrue(OfficialPlugins.names().contains("rnnoise"), "needs rnnoise, which needs apt-get at build time");
        compare("rnnoise", code, frameMillis, "", signal(signal));
    }

    @ParameterizedTest
    @CsvSource({
        "gain, db=-7.3",
        "gain, db=30",
        "highpass, ''",
        "highpass, hz=10",
        "highpass, hz=20000",
        "eq, 'low_db=6\nb1_db=-9\nb2_db=4\nb3_q=3\nb3_db=-2\nhigh_db=8'",
        "compressor, 'threshold=-40\nratio=8\nmakeup=12'",
        "gate, 'threshold=-20\nhold=5\nrelease=40'",
        "deesser, 'threshold=-50\nhz=3000'",
        "denoise, ''",
        "denoise, range=40",
        "bss, ''",
        "bss, output=second"
    })
    void shouldFilterLikeTheNativeCode(String plugin, String parameters) throws IOException, ToolchainException {
        compare(plugin, Code.OWN, 20, parameters, signal("stereo"));
    }

    private void compare(String plugin, Code code, int frameMillis, String parameters, byte[] pcm)
            throws IOException, ToolchainException {
        assumeTrue(NativeReference.isAvailable(), "needs gcc (Debian package gcc)");
        int frameBytes = frameMillis * Pcm.RATE_HZ / 1000 * Pcm.BYTES_PER_PAIR;
        Path in = Files.write(folder.resolve("in.raw"), pcm);
        Path out = folder.resolve("out.raw");
        WasmPlugin wasm = WasmPlugin.load(plugin);
        assertEquals(0, wasm.configure(parameters));
        byte[] ours = wasm.process(pcm, frameBytes);
        NativeReference.Run run = reference(plugin, code).run(frameMillis, parameters, in, out, 1);
        assertEquals(run.latencySamples(), wasm.call("latency_samples"));
        short[] heard = Pcm.samples(ours);
        assertTrue(Pcm.rms(heard, heard.length / 2, heard.length) > 1, "the output is not silent");
        int largest = Pcm.largestDifference(ours, Files.readAllBytes(out));
        assertTrue(largest <= 1, plugin + " differs by " + largest + " LSB");
    }

    private static byte[] signal(String name) throws IOException {
        double[] one = Pcm.speechLike(SAMPLES, 1);
        double[] other = Pcm.speechLike(SAMPLES, 2);
        return switch (name) {
            case "dual mono" -> Pcm.stereo(SAMPLES, i -> one[i], i -> one[i]);
            case "stereo" -> Pcm.stereo(SAMPLES, i -> one[i], i -> other[i]);
            case "from equal to different" -> Pcm.stereo(SAMPLES, i -> one[i], i -> i < 50_001 ? one[i] : other[i]);
            case "recorded voice" -> recordedVoice();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] recordedVoice() throws IOException {
        Path voice = VOICES.resolve("Front_Center.wav");
        assumeTrue(Files.exists(voice), "needs recorded voices (Debian package alsa-utils)");
        return Pcm.dualMonoOfWav(voice);
    }
}
