package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.plugins.toolchain.NativeReference;
import dev.microphone.plugins.toolchain.NativeReference.Code;
import dev.microphone.plugins.toolchain.ToolchainException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin against the C++ by {@code g++ -O3}. Compiling that takes a minute or two the first time. */
@Tag("proof")
class Aec3NativeTest {
    private static final int SAMPLES = 8 * Pcm.RATE_HZ;
    private static final int NEAR_FROM = 5 * Pcm.RATE_HZ;
    private static final int LATENCY_SAMPLES = 526;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void needsItAll() {
        assumeTrue(OfficialPlugins.names().contains("aec3"), "needs aec3, which needs apt-get at build time");
        assumeTrue(EchoScene.hasVoices(), "needs recorded voices (Debian package alsa-utils)");
        assumeTrue(NativeReference.isAvailable(), "needs gcc and g++ (Debian packages gcc and g++)");
    }

    /** @param out gets what came out */
    private NativeReference.Run byGcc(EchoScene scene, Code code, Path out) throws IOException, ToolchainException {
        Path near = Files.write(folder.resolve("near.raw"), scene.microphonePcm());
        Path far = Files.write(folder.resolve("far.raw"), scene.farPcm());
        try (NativeReference reference = NativeReference.build("aec3", code)) {
            return reference.run(10, "", near, far, out, 1);
        }
    }

    @Test
    void shouldEqualTheSameCodeByGcc() throws IOException, ToolchainException {
        EchoScene scene = new EchoScene(SAMPLES, 60, NEAR_FROM);
        Path out = folder.resolve("out.raw");
        byGcc(scene, Code.OWN, out);
        byte[] wasm = WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920);
        int largest = Pcm.largestDifference(wasm, Files.readAllBytes(out));
        assertTrue(largest <= 1, "differs by " + largest + " LSB");
    }

    /** Whose search for the delay is finer and vectorised: of an echo that it finds, ours leaves no more. */
    @ParameterizedTest
    @ValueSource(ints = {60, 120, 250})
    void shouldCancelAsMuchAsUpstreamAsItComes(int delayMillis) throws IOException, ToolchainException {
        EchoScene scene = new EchoScene(SAMPLES, delayMillis, NEAR_FROM);
        Path out = folder.resolve("out.raw");
        int latencySamples = byGcc(scene, Code.UPSTREAM, out).latencySamples();
        EchoScene.Outcome upstream = scene.judge(Files.readAllBytes(out), latencySamples);
        byte[] wasm = WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920);
        EchoScene.Outcome ours = scene.judge(wasm, LATENCY_SAMPLES);
        String both = "ours " + ours + ", upstream " + upstream;
        assertTrue(ours.erleDb() > upstream.erleDb() - 4, both);
        assertTrue(ours.sdrDb() > upstream.sdrDb() - 2, both);
        assertTrue(ours.sirDb() > upstream.sirDb() - 4, both);
        assertTrue(ours.nearGainDb() > upstream.nearGainDb() - 1, both);
    }
}
