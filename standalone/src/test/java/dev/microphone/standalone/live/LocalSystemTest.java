package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.edge.agent.StreamEnd;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.router.sink.SinkUri;
import dev.microphone.standalone.ReferencePlugin;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.config.StreamConfig;
import dev.microphone.standalone.terminal.UserError;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSystemTest {
    private static final StreamName NAME = new StreamName("test/here/desk/file");
    private static final int FRAME_BYTES = 3_840;

    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private static MicrophoneConfig config(String source, String chain, String... sinks) {
        MicrophoneConfig defaults = MicrophoneConfig.defaults();
        return defaults.withHttp(defaults.http().withPort(0))
                .withSinks(Arrays.stream(sinks).map(SinkUri::parse).toList())
                .withStreams(
                        List.of(new StreamConfig(NAME, SourceUri.parse(source), chain, NormaliserSettings.forFiles())));
    }

    private LocalSystem start(MicrophoneConfig config) {
        return LocalSystem.start(config, errors, messages::add);
    }

    private Path noise(int frames) throws IOException {
        return noise("noise.wav", frames, 1);
    }

    /** 48 kHz, 16 bits, stereo. */
    private Path noise(String name, int frames, long seed) throws IOException {
        byte[] pcm = new byte[frames * FRAME_BYTES];
        new Random(seed).nextBytes(pcm);
        Path file = folder.resolve(name);
        AudioFormat format = new AudioFormat(48_000, 16, 2, true, false);
        AudioSystem.write(
                new AudioInputStream(new ByteArrayInputStream(pcm), format, pcm.length / 4),
                AudioFileFormat.Type.WAVE,
                file.toFile());
        return file;
    }

    private static byte[] pcm(Path wav) throws Exception {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(wav.toFile())) {
            return in.readAllBytes();
        }
    }

    private static HttpResponse<String> get(HttpClient client, LocalSystem system, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(system.url() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldDeliverEverySampleUnchangedWhenTheChainIsNone() throws Exception {
        Path input = noise(250);
        Path output = folder.resolve("out.wav");
        List<StreamEnd> ends;
        try (LocalSystem system = start(config("wav:" + input + "?pace=fast", "none", "wav:" + output))) {
            system.capture();
            ends = system.allEnded().join();
        }

        assertEquals(250, ends.get(0).frames());
        assertArrayEquals(pcm(input), pcm(output));
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
        assertEquals(List.of(), List.copyOf(messages));
    }

    @Test
    void shouldShowPluginsTheFarEndSampleByMatchingSample() throws Exception {
        Path farEnd = noise("far.wav", 100, 2);
        Path plugin = Files.write(folder.resolve("reference.wasm"), ReferencePlugin.wasm());
        Path output = folder.resolve("out.wav");
        MicrophoneConfig config = config("wav:" + noise(150) + "?pace=fast", plugin.toString(), "wav:" + output);
        SourceUri reference = SourceUri.parse("wav:" + farEnd + "?pace=fast");
        try (LocalSystem system =
                start(config.withStreams(List.of(config.streams().get(0).withReference(reference))))) {
            system.capture();
            assertEquals(150, system.allEnded().join().get(0).frames());
        }

        assertArrayEquals(Arrays.copyOf(pcm(farEnd), 150 * FRAME_BYTES), pcm(output), "the far end, then silence");
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
        assertEquals(List.of(), List.copyOf(messages));
    }

    @Test
    void shouldKeepAllThatWasCapturedWhenItIsClosedInTheMiddle() throws Exception {
        Path output = folder.resolve("out.wav");
        List<StreamEnd> ends;
        try (LocalSystem system =
                start(config("wav:" + noise(50) + "?loop&pace=realtime", "gain(db=0)", "wav:" + output))) {
            system.capture();
            while (system.metrics().sum("microphone_frames_processed_total") < 60) {
                Thread.onSpinWait();
            }
            var ended = system.allEnded();
            system.stopSources();
            ends = ended.join();
        }

        assertEquals(ends.get(0).frames() * FRAME_BYTES, pcm(output).length);
        assertEquals(0, ends.get(0).droppedFrames());
    }

    @Test
    void shouldAnswerWhatOperatorsAsk() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient();
                LocalSystem system = start(config("wav:" + noise(50) + "?loop&pace=realtime", "gain", "ws:"))) {
            assertEquals(200, get(client, system, "health/live").statusCode());
            assertEquals(200, get(client, system, "health/ready").statusCode());

            system.capture();
            while (system.metrics()
                            .counter("microphone_frames_received_total", "stage", "router")
                            .get()
                    < 10) {
                Thread.onSpinWait();
            }

            String metrics = get(client, system, "metrics").body();
            for (String name : List.of(
                    "microphone_frames_processed_total{",
                    "microphone_frame_processing_duration_ms_bucket{",
                    "microphone_ring_buffer_utilization{",
                    "microphone_plugin_errors_total{",
                    "microphone_frames_dropped_total{",
                    "microphone_gaps_total{",
                    "microphone_frame_faults_total{",
                    "microphone_xruns_total{")) {
                assertTrue(metrics.contains("\n" + name), () -> name + " is not in\n" + metrics);
            }
            assertTrue(get(client, system, "api/streams").body().contains("\"" + NAME + "\""));
            assertEquals(200, get(client, system, "").statusCode());
            assertEquals(404, get(client, system, "nothing").statusCode());
        }
    }

    @Test
    void shouldLeaveNothingRunningWhenItCannotStart() throws Exception {
        MicrophoneConfig config = config("wav:" + noise(1), "nothing-of-that-name", "ws:");
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        UserError error = assertThrows(UserError.class, () -> start(config));

        assertTrue(String.valueOf(error.getMessage()).startsWith("unknown plugin 'nothing-of-that-name'"));
        assertEquals(List.of(), threadsThatHoldTheProcess(before));
    }

    /** Without Netty's global executor: a second or more after its last task it ends by itself. */
    private static List<String> threadsThatHoldTheProcess(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon() && !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> !name.startsWith("globalEventExecutor"))
                .toList();
    }
}
