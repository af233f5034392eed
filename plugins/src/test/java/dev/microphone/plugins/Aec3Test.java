package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.ToolchainException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Aec3Test {
    private static final int SAMPLES = 6 * Pcm.RATE_HZ;
    private static final int LATENCY_SAMPLES = 430;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void needsThePlugin() {
        assumeTrue(OfficialPlugins.names().contains("aec3"), "needs aec3, which needs apt-get at build time");
        assumeTrue(EchoScene.hasVoices(), "needs recorded voices (Debian package alsa-utils)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 120, 250})
    void shouldTakeAwayTheEchoWhileOnlyTheFarEndSpeaks(int delayMillis) throws IOException {
        EchoScene scene = new EchoScene(SAMPLES, delayMillis, SAMPLES);
        byte[] in = scene.microphonePcm();
        byte[] out = WasmPlugin.load("aec3").process(in, scene.farPcm(), 1920);
        int from = SAMPLES - 2 * Pcm.RATE_HZ;
        double erleDb = levelDb(in, from) - levelDb(out, from);
        assertTrue(erleDb > 25, "ERLE at %d ms: %.1f dB".formatted(delayMillis, erleDb));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 250})
    void shouldKeepTheNearEndWhileBothSpeak(int delayMillis) throws IOException {
        int from = SAMPLES - 2 * Pcm.RATE_HZ;
        EchoScene scene = new EchoScene(SAMPLES, delayMillis, from);
        short[] in = Pcm.channel(scene.microphonePcm(), 0);
        short[] out = Pcm.channel(WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920), 0);
        double before = siSdrDb(scene.near(), in, 0, from);
        double after = siSdrDb(scene.near(), out, LATENCY_SAMPLES, from);
        assertTrue(after > before + 2, "SI-SDR %.1f dB, before %.1f dB".formatted(after, before));
    }

    @Test
    void shouldLeaveTheNearEndAsItIsWithoutAReference() throws IOException {
        EchoScene scene = new EchoScene(Pcm.RATE_HZ, 0, 0);
        byte[] in = scene.microphonePcm();
        byte[] out = WasmPlugin.load("aec3").process(in, 3840);
        int late = LATENCY_SAMPLES * Pcm.BYTES_PER_PAIR;
        assertArrayEquals(Arrays.copyOf(in, in.length - late), Arrays.copyOfRange(out, late, out.length));
    }

    @ParameterizedTest
    @CsvSource({"240, 670", "480, 430", "960, 430"})
    void shouldBeAsLateAsItSays(int frameSamples, int latencySamples) throws IOException {
        double[] voice = Pcm.speechLike(2 * Pcm.RATE_HZ, 4);
        byte[] in = Pcm.stereo(voice.length, i -> voice[i], i -> voice[i]);
        byte[] barelyHeard = Pcm.stereo(voice.length, i -> i % 3, i -> i % 3);
        WasmPlugin plugin = WasmPlugin.load("aec3");
        assertEquals(0, plugin.configure("highpass=0"));
        byte[] out = plugin.process(in, barelyHeard, frameSamples * Pcm.BYTES_PER_PAIR);
        assertEquals(latencySamples, plugin.call("latency_samples"));
        assertEquals(latencySamples, lag(Pcm.channel(in, 0), Pcm.channel(out, 0)));
    }

    private static int lag(short[] in, short[] out) {
        int best = -1;
        double highest = 0;
        for (int lag = 0; lag < 1500; lag++) {
            double sum = 0;
            for (int i = in.length / 2; i < in.length / 2 + 30_000; i++) {
                sum += (double) in[i - lag] * out[i];
            }
            if (sum > highest) {
                highest = sum;
                best = lag;
            }
        }
        return best;
    }

    @Test
    void shouldGiveTheSameSamplesWhateverTheFrameLength() throws IOException {
        EchoScene scene = new EchoScene(2 * Pcm.RATE_HZ, 60, Pcm.RATE_HZ);
        byte[] in = scene.microphonePcm();
        byte[] of10 = WasmPlugin.load("aec3").process(in, scene.farPcm(), 1920);
        byte[] of20 = WasmPlugin.load("aec3").process(in, scene.farPcm(), 3840);
        byte[] of5 = WasmPlugin.load("aec3").process(in, scene.farPcm(), 960);
        assertArrayEquals(of10, of20);
        int shift = 240 * Pcm.BYTES_PER_PAIR;
        assertArrayEquals(Arrays.copyOf(of10, of10.length - shift), Arrays.copyOfRange(of5, shift, of5.length));
    }

    @Test
    void shouldForgetWhatItHeardOnReset() throws IOException {
        EchoScene scene = new EchoScene(Pcm.RATE_HZ, 20, Pcm.RATE_HZ / 2);
        WasmPlugin plugin = WasmPlugin.load("aec3");
        byte[] first = plugin.process(scene.microphonePcm(), scene.farPcm(), 960);
        for (int i = 0; i < 3; i++) {
            plugin.call("reset");
            assertArrayEquals(first, plugin.process(scene.microphonePcm(), scene.farPcm(), 960));
        }
    }

    @Test
    void shouldGoOnThroughGapsInTheReferenceAndAStereoNearEnd() throws IOException {
        EchoScene scene = new EchoScene(2 * Pcm.RATE_HZ, 20, Pcm.RATE_HZ / 2);
        byte[] far = scene.farPcm();
        Arrays.fill(far, far.length / 3, far.length / 2, (byte) 0);
        double[] near = scene.near();
        byte[] in = Pcm.stereo(near.length, i -> near[i] + scene.echo()[i], i -> scene.echo()[i]);
        WasmPlugin plugin = WasmPlugin.load("aec3");
        short[] right = Pcm.channel(plugin.process(in, far, 960), 1);
        plugin.call("reset");
        assertEquals(in.length, plugin.process(in, far, 960).length);
        assertTrue(Pcm.rms(right, right.length * 2 / 3, right.length) > 0);
    }

    @ParameterizedTest
    @CsvSource({"delay_ms=500, 0", "highpass=2, -1", "delay_ms=-1, -1", "suppression=3, -1"})
    void shouldTakeTheParametersOfItsPage(String text, int answer) throws IOException {
        assertEquals(answer, WasmPlugin.load("aec3").configure(text));
    }

    /** Compiling the C++ natively takes most of a minute. */
    @Test
    @Tag("proof")
    void shouldCancelLikeTheNativeCode() throws IOException, ToolchainException {
        assumeTrue(NativeReference.isAvailable(), "needs gcc and g++ (Debian package g++)");
        EchoScene scene = new EchoScene(SAMPLES, 60, SAMPLES / 2);
        byte[] wasm = WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920);
        Path near = Files.write(folder.resolve("near.raw"), scene.microphonePcm());
        Path far = Files.write(folder.resolve("far.raw"), scene.farPcm());
        Path out = folder.resolve("out.raw");
        try (NativeReference reference = NativeReference.build("aec3", NativeReference.Code.OWN)) {
            assertEquals(
                    LATENCY_SAMPLES, reference.run(10, "", near, far, out, 1).latencySamples());
        }
        int largest = Pcm.largestDifference(wasm, Files.readAllBytes(out));
        assertTrue(largest <= 1, "differs by " + largest + " LSB");
    }

    private static double levelDb(byte[] pcm, int from) {
        short[] samples = Pcm.channel(pcm, 0);
        return 20 * Math.log10(Pcm.rms(samples, from, samples.length) + 1e-9);
    }

    /** Scale-invariant SDR (J. Le Roux and others, "SDR - half-baked or well done?", ICASSP 2019). */
    private static double siSdrDb(double[] target, short[] heard, int late, int from) {
        double product = 0;
        double targetPower = 0;
        double heardPower = 0;
        for (int i = from; i < target.length - late; i++) {
            product += target[i] * heard[i + late];
            targetPower += target[i] * target[i];
            heardPower += (double) heard[i + late] * heard[i + late];
        }
        double signal = product * product / targetPower;
        return 10 * Math.log10(signal / (heardPower - signal));
    }
}
