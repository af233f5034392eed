package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.edge.SampleEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToneSourceTest extends AudioSourceContractTest {
    @Override
    AudioSource open() throws SourceException {
        return SourceUri.parse("tone:?channels=2&wave=pink&seconds=0.1&pace=fast")
                .open();
    }

    @Override
    AudioSource openLong() throws SourceException {
        return SourceUri.parse("tone:?pace=fast").open();
    }

    private static byte[] read(String options) throws SourceException {
        try (AudioSource source = SourceUri.parse("tone:?pace=fast&" + options).open()) {
            return Pcm.readAll(source, 8_192);
        }
    }

    @Test
    void shouldEqualFfmpegsSine() throws SourceException {
        SystemTool ffmpeg = SystemTool.orSkip("ffmpeg");
        byte[] reference = ffmpeg.run(
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "aevalsrc=0.25*sin(2*PI*997*n/44100):s=44100:d=2",
                "-c:a",
                "pcm_f64le",
                "-f",
                "f64le",
                "-");
        byte[] ours = read("hz=997&dbfs=-12.041199826559248&rate=44100&seconds=2");
        assertArrayEquals(Pcm.decode(reference, SampleEncoding.F64), Pcm.decode(ours, SampleEncoding.F32), 1e-7);
    }

    @Test
    void shouldNotDriftWhenItRunsForLong() throws SourceException {
        // 1,000.001 Hz comes round after exactly 1,000 s: the next second is the first one again, bit for bit.
        try (AudioSource source =
                SourceUri.parse("tone:?hz=1000.001&rate=8000&pace=fast").open()) {
            byte[] first = new byte[32_000];
            byte[] later = new byte[32_000];
            source.read(first, 0, first.length);
            for (int second = 1; second <= 1_000; second++) {
                source.read(later, 0, later.length);
            }
            assertArrayEquals(first, later);
            assertEquals(1_000_000_000_000L, source.captureTimeNs());
        }
    }

    @Test
    void shouldRepeatItselfOnEveryRun() throws SourceException {
        assertArrayEquals(read("wave=pink&seconds=0.5"), read("wave=pink&seconds=0.5"));
    }

    @Test
    void shouldBeEqualInAllChannels() throws SourceException {
        double[] values = Pcm.decode(read("channels=3&wave=white&seconds=0.1"), SampleEncoding.F32);
        assertEquals(3 * 4_800, values.length);
        for (int i = 0; i < values.length; i += 3) {
            assertEquals(values[i], values[i + 1]);
            assertEquals(values[i], values[i + 2]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sine", "white", "pink"})
    void shouldHaveTheLevelAsked(String wave) throws SourceException {
        double[] values = Pcm.decode(read("dbfs=-20&seconds=20&wave=" + wave), SampleEncoding.F32);
        double meanSquare =
                Arrays.stream(values).map(value -> value * value).average().orElseThrow();
        // AES17: a sine of full scale, RMS √½, is 0 dBFS.
        assertEquals(-20, 10 * Math.log10(2 * meanSquare), 0.5);
    }

    @Test
    void shouldHaveEqualPowerInEachOctaveWhenPink(@TempDir Path folder) throws IOException {
        SystemTool sox = SystemTool.orSkip("sox");
        Path raw = Files.write(folder.resolve("pink.f32"), read("wave=pink&seconds=30"));
        double low = octaveRms(sox, raw, "100-200");
        double middle = octaveRms(sox, raw, "800-1600");
        double high = octaveRms(sox, raw, "6400-12800");
        assertEquals(0, 20 * Math.log10(middle / low), 1);
        assertEquals(0, 20 * Math.log10(high / middle), 1);
    }

    private static double octaveRms(SystemTool sox, Path raw, String band) {
        byte[] filtered = sox.run(
                "-t", "f32", "-r", "48000", "-c", "1", raw.toString(), "-t", "f64", "-", "sinc", "-n", "8191", band);
        double[] values = Pcm.decode(filtered, SampleEncoding.F64);
        return Math.sqrt(
                Arrays.stream(values).map(value -> value * value).average().orElseThrow());
    }

    @Test
    void shouldBeZeroWhenSilent() throws SourceException {
        assertArrayEquals(new byte[8_000 * 4], read("wave=silence&rate=8000&seconds=1"));
    }
}
