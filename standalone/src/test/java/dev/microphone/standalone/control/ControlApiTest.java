package dev.microphone.standalone.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.plugins.OfficialPlugins;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.standalone.dump.StageDump;
import dev.microphone.standalone.live.FirstFrames;
import dev.microphone.standalone.live.LocalSystem;
import dev.microphone.transport.service.ErrorLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator changes plugins and chains of a running system; its recording shows what came out. */
class ControlApiTest {
    private static final String STREAM = "test/here/desk/tone";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private LocalSystem system;

    private MicrophoneConfig config() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        return ConfigFile.read(Files.writeString(folder.resolve("microphone.toml"), """
            sinks = ["wav:%1$s/out.wav"]
            http.port = 0
            capture.agc = false
            capture.dither = false
            plugins.directory = "%1$s/plugins"
            plugins.deadline-millis = 1000
            [[chain]]
            name = "as-it-is"
            [[chain.plugin]]
            plugin = "gain"
            [[chain]]
            name = "half"
            plugin = [{ plugin = "gain", params = { db = -6.0 } }]
            [[stream]]
            name = "%2$s"
            source = "tone:"
            chain = "as-it-is"
            """.formatted(folder, STREAM)));
    }

    private HttpResponse<String> call(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(system.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String ok(String method, String path, byte[] body) throws Exception {
        HttpResponse<String> answer = call(method, path, body);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    private static byte[] gain(int version) throws IOException {
        try (InputStream in = OfficialPlugins.open("gain")) {
            byte[] wasm = in.readAllBytes();
            byte[] other = Arrays.copyOf(wasm, wasm.length + 5);
            // A custom section named v and a number: the same code with another digest.
            System.arraycopy(new byte[] {0, 3, 1, 'v', (byte) version}, 0, other, wasm.length, 5);
            return other;
        }
    }

    private void awaitFrames(long more) {
        long seen = system.metrics().sum("microphone_frames_processed_total");
        while (system.metrics().sum("microphone_frames_processed_total") < seen + more) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldChangePluginsAndChainsOfALiveStreamWithoutASampleLost() throws Exception {
        ErrorLog errors = new ErrorLog(
                SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
        long frames;
        try (LocalSystem started = LocalSystem.start(config(), errors, messages::add)) {
            system = started;
            system.capture();
            awaitFrames(10);
            for (int version = 1; version <= 20; version++) {
                String answer = ok("PUT", "api/plugins/gain", gain(version));
                assertTrue(answer.contains("\"changed\":true,\"livePlaces\":1,"), answer);
                awaitFrames(2);
            }
            String before = ok("GET", "api/plugins", new byte[0]);
            HttpResponse<String> bad = call("PUT", "api/plugins/gain", new byte[] {0, 'a', 's', 'm'});
            assertEquals(422, bad.statusCode());
            assertTrue(bad.body().contains("\"findings\":[{\"severity\":\"error\""), bad.body());
            assertEquals(before, ok("GET", "api/plugins", new byte[0]));

            ok("POST", "api/plugins/gain/rollback", new byte[0]);
            assertTrue(ok("POST", "api/plugins/gain/resume", new byte[0]).contains("\"resumedPlaces\":0"));
            assertEquals(
                    404, call("POST", "api/plugins/nothing/resume", new byte[0]).statusCode());
            String chain = "api/streams/" + STREAM + "/chain";
            ok("PUT", chain, json("half"));
            awaitFrames(5);
            assertEquals(422, call("PUT", chain, json("gain(db=999)")).statusCode());
            assertEquals(422, call("PUT", chain, json("no-such")).statusCode());
            assertEquals(400, call("PUT", chain, json("gain(")).statusCode());
            assertEquals(
                    404, call("PUT", "api/streams/a/b/c/d/chain", json("half")).statusCode());
            assertEquals(
                    403,
                    call("PUT", chain, json("none"), "Sec-Fetch-Site", "cross-site")
                            .statusCode());
            assertTrue(ok("GET", "api/chains", new byte[0]).contains("\"chain\":\"half\""));
            String events = ok("GET", "api/events", new byte[0]);
            for (String kind : List.of("PluginReplaced", "PluginRejected", "PluginResumed", "ChainConfigured")) {
                assertTrue(events.contains("\"event\":\"" + kind + "\""), events);
            }
            frames = system.metrics().sum("microphone_gaps_total");
        }
        assertEquals(0, frames, "gaps");
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
        try (Stream<Path> kept = Files.list(folder.resolve("plugins"))) {
            assertEquals(
                    List.of("gain.wasm"),
                    kept.map(file -> file.getFileName().toString()).toList());
        }
        assertOneStepInTheTone();
    }

    @Test
    void shouldDumpTheStagesOfAChainThatAStreamIsGivenWhileItIsLive() throws Exception {
        ErrorLog errors = new ErrorLog(
                SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
        Path stages = folder.resolve("stages");
        try (StageDump dump = new StageDump(stages, 64 << 20, StageDump.WhenBehind.LEAVE_OUT, messages::add)) {
            try (LocalSystem started = LocalSystem.start(config(), errors, messages::add, FirstFrames.WAIT, dump)) {
                system = started;
                system.capture();
                awaitFrames(10);
                ok("PUT", "api/streams/" + STREAM + "/chain", json("gain(db=-6),gain(db=6)"));
                awaitFrames(10);
            }
        }
        Path own = stages.resolve(STREAM.replace('/', '_'));
        byte[] first = pcm(own.resolve("02-gain.wav"));
        byte[] second = pcm(own.resolve("chain-2/03-gain.wav"));
        assertTrue(first.length > 0 && second.length > 0, first.length + " and " + second.length + " bytes");
        assertArrayEquals(pcm(folder.resolve("out.wav")), joined(first, second));
        assertArrayEquals(
                pcm(own.resolve("03-routed.wav")),
                joined(pcm(own.resolve("01-normalised.wav")), pcm(own.resolve("chain-2/03-gain.wav"))));
        assertEquals(second.length, pcm(own.resolve("chain-2/01-normalised.wav")).length);
        assertFalse(Arrays.equals(second, pcm(own.resolve("chain-2/02-gain.wav"))));
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] pcm(Path wav) throws Exception {
        try (AudioInputStream in = AudioSystem.getAudioInputStream(wav.toFile())) {
            return in.readAllBytes();
        }
    }

    private static byte[] json(String chain) {
        return ("{\"chain\":\"" + chain + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** A sine obeys x(n+1) = 2 cos(w) x(n) - x(n-1); it breaks that where it was cut, doubled or made louder. */
    private void assertOneStepInTheTone() throws Exception {
        ByteBuffer pcm = ByteBuffer.wrap(pcm(folder.resolve("out.wav"))).order(ByteOrder.LITTLE_ENDIAN);
        short[] left = new short[pcm.remaining() / 4];
        for (int i = 0; i < left.length; i++) {
            left[i] = pcm.getShort(4 * i);
        }
        double factor = 2 * Math.cos(2 * Math.PI * 440 / 48_000);
        int breaks = 0;
        int lastBreak = 0;
        // The first samples are those of filters that settle; the last frame is filled up with zeros when the tone
        // stops.
        for (int i = 2_000; i < left.length - 961; i++) {
            if (Math.abs(left[i + 1] - factor * left[i] + left[i - 1]) > 6) {
                breaks++;
                lastBreak = i;
            }
        }
        assertTrue(breaks <= 2, breaks + " breaks, the last at " + lastBreak + " of " + left.length);
        double peakBefore = peak(left, 2_000, lastBreak);
        double peakAfter = peak(left, lastBreak + 2, left.length);
        assertEquals(Math.pow(10, -6 / 20.0), peakAfter / peakBefore, 0.01);
        assertEquals(0, Math.floorMod(lastBreak + 1, 960), 1, "between two frames");
    }

    private static double peak(short[] samples, int from, int to) {
        int peak = 0;
        for (int i = from; i < to; i++) {
            peak = Math.max(peak, Math.abs(samples[i]));
        }
        return peak;
    }
}
