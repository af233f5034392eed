package dev.microphone.loadtest.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files through all stages over real Aeron into files; sox makes the input and reads the output. */
class WholeSystemTest {
    private static final int FRAME_BYTES = 3_840;
    private static final int STREAMS = 6;
    private static final long SEED = 2;

    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
    private final Random random = new Random(SEED);

    @TempDir
    private Path folder;

    @BeforeEach
    void needTools() {
        Tools.need("sox");
        Tools.need("flac");
    }

    /** About 200 frames of pink noise and a swept tone. */
    private Path input(int number, int rateHz, int bits, int channels, int samples) throws Exception {
        Path file = folder.resolve("in-" + number + ".wav");
        List<String> command = new ArrayList<>(List.of("sox", "-R", "-r", String.valueOf(rateHz), "-n"));
        command.addAll(List.of("-b", String.valueOf(bits), "-c", String.valueOf(channels), file.toString()));
        command.addAll(List.of("synth", samples + "s", "pinknoise", "synth", "sine", "mix", "100-3000", "gain", "-6"));
        Tools.run(folder.resolve("sox.txt"), command.toArray(String[]::new));
        return file;
    }

    private static StreamName name(int number) {
        return new StreamName("test/here/desk/file" + number);
    }

    private List<StreamEnd> run(List<Path> inputs, Path outputs, LastMetrics last) {
        List<StreamConfig> streams = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            streams.add(new StreamConfig(
                    name(i),
                    SourceUri.parse("wav:" + inputs.get(i) + "?pace=fast"),
                    "none",
                    NormaliserSettings.forFiles()));
        }
        MicrophoneConfig defaults = MicrophoneConfig.defaults();
        MicrophoneConfig config = defaults.withHttp(defaults.http().withPort(0))
                .withSinks(List.of(SinkUri.parse("wav:" + outputs + "/"), SinkUri.parse("flac:" + outputs + "/")))
                .withStreams(streams);
        List<StreamEnd> ends;
        try (LocalSystem system = LocalSystem.start(config, errors, messages::add)) {
            system.capture();
            ends = system.allEnded().join();
            last.metrics = system.metrics();
        }
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
        assertEquals(List.of(), List.copyOf(messages));
        return ends;
    }

    /** The system's counters, to be read after it has closed. */
    private static final class LastMetrics {
        private Metrics metrics = new Metrics();
    }

    private Path output(Path outputs, int number, String ending) throws IOException {
        String prefix = name(number).value().replace('/', '_') + "_";
        try (Stream<Path> files = Files.list(outputs)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(ending))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private byte[] samples(Path file) throws Exception {
        return Tools.run(
                folder.resolve("sox.txt"), "sox", file.toString(), "-t", "raw", "-e", "signed", "-b", "16", "-L", "-");
    }

    @Test
    void shouldWriteTheVerySamplesThatSoxReadsFromACanonicalFile() throws Exception {
        Path input = input(0, 48_000, 16, 2, 200 * 960 - 123);
        Path outputs = Files.createDirectory(folder.resolve("out"));
        LastMetrics last = new LastMetrics();

        List<StreamEnd> ends = run(List.of(input), outputs, last);

        assertEquals(200, ends.get(0).frames());
        byte[] expected = Arrays.copyOf(samples(input), 200 * FRAME_BYTES);
        assertArrayEquals(expected, samples(output(outputs, 0, ".wav")));
        assertArrayEquals(
                expected,
                Tools.run(
                        folder.resolve("flac.txt"),
                        "flac",
                        "-d",
                        "-c",
                        "--silent",
                        "--force-raw-format",
                        "--endian=little",
                        "--sign=signed",
                        output(outputs, 0, ".flac").toString()));
        assertEquals(0, last.metrics.sum("microphone_frames_missing_total"));
        assertEquals(0, last.metrics.sum("microphone_frames_dropped_total"));
    }

    @Test
    void shouldDeliverEveryFrameOfManyStreamsOfAnyFormatWithoutAGap() throws Exception {
        int[] rates = {8_000, 11_025, 22_050, 44_100, 96_000, 192_000};
        int[] bits = {8, 16, 24, 32};
        List<Path> inputs = new ArrayList<>();
        long[] frames = new long[STREAMS];
        for (int i = 0; i < STREAMS; i++) {
            int rateHz = rates[i];
            int samples = 3 * rateHz + random.nextInt(rateHz);
            inputs.add(input(i, rateHz, bits[random.nextInt(bits.length)], 1 + random.nextInt(8), samples));
            frames[i] = Math.ceilDiv(Math.ceilDiv(samples * 48_000L, rateHz), 960);
        }
        Path outputs = Files.createDirectory(folder.resolve("out"));
        LastMetrics last = new LastMetrics();

        List<StreamEnd> ends = run(inputs, outputs, last);

        for (int i = 0; i < STREAMS; i++) {
            assertEquals(frames[i], ends.get(i).frames(), inputs.get(i).toString());
            byte[] wav = samples(output(outputs, i, ".wav"));
            assertEquals(frames[i] * FRAME_BYTES, wav.length);
            assertArrayEquals(wav, samples(output(outputs, i, ".flac")));
            assertTrue(loudness(wav) > 300, "stream " + i + " is nearly silent: " + loudness(wav));
        }
        assertEquals(0, last.metrics.sum("microphone_frames_missing_total"));
        assertEquals(0, last.metrics.sum("microphone_frames_dropped_total"));
    }

    /** Root mean square, 0 to 32,768. */
    private static double loudness(byte[] pcm) {
        double sum = 0;
        for (int i = 0; i < pcm.length; i += 2) {
            double sample = (short) ((pcm[i] & 0xff) | pcm[i + 1] << 8);
            sum += sample * sample;
        }
        return Math.sqrt(sum / (pcm.length / 2.0));
    }
}
