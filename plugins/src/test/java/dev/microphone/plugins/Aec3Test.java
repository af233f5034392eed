package dev.microphone.plugins;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Aec3Test {
    private static final int SAMPLES = 5 * Pcm.RATE_HZ;
    private static final int LATENCY_SAMPLES = 526;

    @BeforeEach
    void needsThePlugin() {
        assumeTrue(OfficialPlugins.names().contains("aec3"), "needs aec3, which needs apt-get at build time");
        assumeTrue(EchoScene.hasVoices(), "needs recorded voices (Debian package alsa-utils)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 120, 250})
    void shouldTakeAwayTheEchoWhileOnlyTheFarEndSpeaks(int delayMillis) throws IOException {
        EchoScene scene = new EchoScene(SAMPLES, delayMillis, SAMPLES);
        byte[] out = WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920);
        double erleDb = scene.judge(out, LATENCY_SAMPLES).erleDb();
        assertTrue(erleDb > 30, "ERLE at %d ms: %.1f dB".formatted(delayMillis, erleDb));
    }

    /**
     * What WebRTC's AEC3 does natively (g++ -O3, its own configuration, with SIMD) where both speak, in dB: the near end
     * to all else, to the echo, and how loud the near end still is. {@link Aec3NativeTest} measures them anew.
     */
    record Native(int delayMillis, double sdrDb, double sirDb, double nearGainDb) {
        /** All three are looked at: a near end that is merely turned down changes no ratio. */
        boolean isReachedBy(EchoScene.Outcome outcome) {
            return outcome.sdrDb() > sdrDb - 1 && outcome.sirDb() > sirDb - 2 && outcome.nearGainDb() > nearGainDb - 1;
        }

        EchoScene scene() throws IOException {
            return new EchoScene(8 * Pcm.RATE_HZ, delayMillis, 5 * Pcm.RATE_HZ);
        }
    }

    private static final Native NATIVE_AT_60_MS = new Native(60, 1.7, 19.6, -6.5);

    static Stream<Native> whereBothSpeak() {
        return Stream.of(NATIVE_AT_60_MS, new Native(120, 2.0, 9.8, -5.0), new Native(250, 3.6, 21.9, -4.6));
    }

    @ParameterizedTest
    @MethodSource("whereBothSpeak")
    void shouldKeepAsMuchOfTheNearEndAsAec3DoesNatively(Native reference) throws IOException {
        EchoScene scene = reference.scene();
        byte[] out = WasmPlugin.load("aec3").process(scene.microphonePcm(), scene.farPcm(), 1920);
        EchoScene.Outcome outcome = scene.judge(out, LATENCY_SAMPLES);
        assertTrue(reference.isReachedBy(outcome), outcome + ", natively " + reference);
    }

    /** That the comparison sees what it is there for: a near end turned down, and a far end that comes behind its echo. */
    @Test
    void shouldNotPassForTheNativeCancellerWhenTheNearEndIsDamaged() throws IOException {
        EchoScene scene = NATIVE_AT_60_MS.scene();
        byte[] far = scene.farPcm();
        byte[] out = WasmPlugin.load("aec3").process(scene.microphonePcm(), far, 1920);
        short[] heard = Pcm.channel(out, 0);
        byte[] quieter = Pcm.stereo(heard.length, i -> 0.7 * heard[i], i -> 0.7 * heard[i]);
        byte[] lateFar = new byte[far.length];
        int lateBytes = Pcm.RATE_HZ / 10 * Pcm.BYTES_PER_PAIR;
        System.arraycopy(far, 0, lateFar, lateBytes, far.length - lateBytes);
        byte[] mistimed = WasmPlugin.load("aec3").process(scene.microphonePcm(), lateFar, 1920);
        for (byte[] damaged : List.of(quieter, mistimed)) {
            EchoScene.Outcome outcome = scene.judge(damaged, LATENCY_SAMPLES);
            assertFalse(NATIVE_AT_60_MS.isReachedBy(outcome), outcome + ", natively " + NATIVE_AT_60_MS);
        }
    }

    @Test
    void shouldLeaveTheNearEndAsItIsWithoutAReference() throws IOException {
        EchoScene scene = new EchoScene(Pcm.RATE_HZ, 0, 0);
        byte[] in = scene.microphonePcm();
        byte[] out = WasmPlugin.load("aec3").process(in, 3840);
        int lateBytes = LATENCY_SAMPLES * Pcm.BYTES_PER_PAIR;
        assertArrayEquals(Arrays.copyOf(in, in.length - lateBytes), Arrays.copyOfRange(out, lateBytes, out.length));
    }

    @ParameterizedTest
    @CsvSource({"240, 766", "480, 526", "960, 526"})
    void shouldBeAsLateAsItSays(int frameSamples, int latencySamples) throws IOException {
        Random random = new Random(4);
        double[] noise = random.doubles(Pcm.RATE_HZ, -5_000, 5_000).toArray();
        byte[] in = Pcm.stereo(noise.length, i -> noise[i], i -> noise[i]);
        byte[] barelyHeard = Pcm.stereo(noise.length, i -> i % 3, i -> i % 3);
        WasmPlugin plugin = WasmPlugin.load("aec3");
        assertEquals(0, plugin.configure("highpass=0"));
        byte[] out = plugin.process(in, barelyHeard, frameSamples * Pcm.BYTES_PER_PAIR);
        assertEquals(latencySamples, plugin.call("latency_samples"));
        assertEquals(latencySamples, lag(Pcm.channel(in, 0), Pcm.channel(out, 0)));
    }

    private static int lag(short[] in, short[] out) {
        int best = -1;
        double highest = 0;
        for (int lag = 400; lag < 900; lag++) {
            double sum = 0;
            for (int i = in.length / 2; i < in.length; i++) {
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
        EchoScene scene = new EchoScene(Pcm.RATE_HZ, 60, Pcm.RATE_HZ / 2);
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
        EchoScene scene = new EchoScene(Pcm.RATE_HZ / 2, 20, Pcm.RATE_HZ / 4);
        WasmPlugin plugin = WasmPlugin.load("aec3");
        byte[] first = plugin.process(scene.microphonePcm(), scene.farPcm(), 960);
        for (int i = 0; i < 3; i++) {
            plugin.call("reset");
            assertArrayEquals(first, plugin.process(scene.microphonePcm(), scene.farPcm(), 960));
        }
    }

    @Test
    void shouldGoOnThroughGapsInTheReferenceAndAStereoNearEnd() throws IOException {
        EchoScene scene = new EchoScene(Pcm.RATE_HZ, 20, Pcm.RATE_HZ / 2);
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
}
