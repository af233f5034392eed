package dev.microphone.standalone.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.kafka.KafkaBroker;
import dev.microphone.schemas.bus.BusReports;
import dev.microphone.schemas.bus.ControlBus;
import dev.microphone.schemas.bus.KafkaBusSettings;
import dev.microphone.schemas.bus.KafkaControlBus;
import dev.microphone.schemas.event.AgentStatus;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.ControlMessage;
import dev.microphone.schemas.event.PluginDeployed;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.schemas.event.PluginReplaced;
import dev.microphone.schemas.event.SinkFaulted;
import dev.microphone.schemas.event.StreamEnded;
import dev.microphone.schemas.event.StreamStarted;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.config.MicrophoneConfig;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.service.ErrorLog;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A running system tells Kafka what happens, and does not need it. */
@Timeout(120)
class ControlBusTest {
    private static final StreamName STREAM = new StreamName("test/here/desk/tone");

    private static KafkaBroker broker;

    private final ByteArrayOutputStream errorOutput = new ByteArrayOutputStream();
    private final ErrorLog errors =
            new ErrorLog(SystemEpochClock.INSTANCE, new PrintStream(errorOutput, true, StandardCharsets.UTF_8), true);
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();
    private final LinkedBlockingQueue<ControlMessage> heard = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = KafkaBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private MicrophoneConfig config(String brokers, String topicPrefix, String sink) throws IOException {
        Path trap = Files.write(folder.resolve("trap.wasm"), LoudFrameTrap.wasm());
        return ConfigFile.read(Files.writeString(
                folder.resolve("microphone.toml"), """
            sinks = ["wav:%1$s/%4$s"]
            http.port = 0
            capture.agc = false
            plugins.fault-limit = 3
            [control]
            node = "desk"
            kafka = "%2$s"
            topic-prefix = "%3$s"
            [[stream]]
            name = "%5$s"
            source = "tone:?dbfs=-4"
            chain = "gain,%6$s"
            """.formatted(folder, brokers, topicPrefix, sink, STREAM, trap)));
    }

    private ControlBus listen(String topicPrefix) {
        KafkaBusSettings usual = KafkaBusSettings.of(broker.bootstrapServers());
        KafkaBusSettings settings = new KafkaBusSettings(
                usual.bootstrapServers(),
                topicPrefix,
                usual.maxWaitingRecords(),
                usual.maxWaitingBytes(),
                usual.announceIntervalMs(),
                usual.awayAfter(),
                usual.closeTimeout(),
                usual.client());
        ControlBus bus =
                new KafkaControlBus(settings, new BusReports((what, number) -> {}, messages::add, errors::onError));
        var unused = bus.subscribe(ControlBus.Since.OLDEST_KEPT, heard::add);
        return bus;
    }

    /** All messages until one of that kind has come, with it. */
    private List<ControlMessage> until(Class<? extends ControlEvent> kind) throws InterruptedException {
        List<ControlMessage> all = new ArrayList<>();
        do {
            ControlMessage message = heard.poll(20, TimeUnit.SECONDS);
            assertTrue(message != null, "no " + kind.getSimpleName() + " after " + all);
            all.add(message);
        } while (!kind.isInstance(all.get(all.size() - 1).event()));
        return all;
    }

    private static <T> List<T> of(Class<T> kind, List<ControlMessage> messages) {
        return messages.stream()
                .map(ControlMessage::event)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private void awaitFrames(LocalSystem system, long count) {
        var delivered = system.metrics().counter("microphone_frames_processed_total", "stage", "router");
        long wanted = delivered.get() + count;
        while (delivered.get() < wanted) {
            Thread.onSpinWait();
        }
    }

    private void assertNoErrors() {
        assertEquals(0, errors.distinctErrors(), errorOutput.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPublishWhatHappensToStreamsPluginsAndSinks() throws Exception {
        byte[] gain;
        try (var in = LocalSystem.class.getResourceAsStream("/dev/microphone/plugins/gain.wasm")) {
            // With a section of no meaning behind, so that it is another version.
            byte[] official = in.readAllBytes();
            gain = java.util.Arrays.copyOf(official, official.length + 4);
            gain[official.length + 1] = 2;
            gain[official.length + 2] = 1;
            gain[official.length + 3] = 'x';
        }
        List<ControlMessage> all = new ArrayList<>();
        long beforeNs = System.currentTimeMillis() * 1_000_000;
        try (ControlBus listener = listen("told.")) {
            assertTrue(listener.desired().snapshot().isEmpty());
            try (HttpClient client = HttpClient.newHttpClient();
                    LocalSystem system = LocalSystem.start(
                            config(broker.bootstrapServers(), "told.", "recordings/"), errors, messages::add)) {
                Files.delete(folder.resolve("recordings"));
                system.capture();
                awaitFrames(system, 10);
                HttpRequest deploy = HttpRequest.newBuilder(URI.create(system.url() + "api/plugins/gain"))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(gain))
                        .build();
                assertEquals(
                        200,
                        client.send(deploy, HttpResponse.BodyHandlers.ofString())
                                .statusCode());
                awaitFrames(system, 10);
            }
            all.addAll(until(StreamEnded.class));
            while (of(AgentStatus.class, all).stream()
                    .noneMatch(status -> status.state().equals("stopped"))) {
                all.addAll(until(AgentStatus.class));
            }
        }

        List<AgentStatus> statuses = of(AgentStatus.class, all);
        assertEquals("live", statuses.get(0).state());
        assertTrue(statuses.stream().allMatch(status -> status.agent().equals("desk")), statuses.toString());
        StreamStarted started = of(StreamStarted.class, all).get(0);
        assertEquals(STREAM.value(), started.stream());
        assertEquals(STREAM.streamId(), started.streamId());
        assertEquals(20_000, started.frameDurationUs());
        List<PluginFaulted> faults = of(PluginFaulted.class, all);
        assertEquals(3, faults.size(), all.toString());
        assertEquals("trap", faults.get(0).reason());
        assertEquals(STREAM.value(), faults.get(0).stream());
        assertTrue(faults.get(2).bypassed());
        PluginDeployed deployed = of(PluginDeployed.class, all).get(0);
        PluginReplaced replaced = of(PluginReplaced.class, all).get(0);
        assertEquals("gain", deployed.plugin());
        assertEquals(deployed.digest(), replaced.digest());
        assertEquals(1, replaced.stages());
        SinkFaulted sink = of(SinkFaulted.class, all).get(0);
        assertEquals("wav:" + folder + "/recordings/", sink.sink());
        StreamEnded ended = of(StreamEnded.class, all).get(0);
        assertEquals(STREAM.value(), ended.stream());
        // Twice ten frames, from 0.
        assertTrue(ended.lastSequence() >= 19, ended.toString());
        for (ControlMessage message : all) {
            assertEquals("desk", message.node());
            assertTrue(
                    message.timeNs() >= beforeNs
                            && message.timeNs() <= System.currentTimeMillis() * 1_000_000 + 999_999,
                    message.toString());
        }
        assertNoErrors();
    }

    @Test
    void shouldGoOnWhileTheBrokerIsAwayAndTellItAfterwardsWhatItMissed() throws Exception {
        List<ControlMessage> all = new ArrayList<>();
        long gaps;
        try (ControlBus listener = listen("away.")) {
            assertTrue(listener.desired().snapshot().isEmpty());
            try (HttpClient client = HttpClient.newHttpClient();
                    LocalSystem system = LocalSystem.start(
                            config(broker.bootstrapServers(), "away.", "out.wav"), errors, messages::add)) {
                system.capture();
                all.addAll(until(StreamStarted.class));

                broker.stop();
                awaitFrames(system, 25);
                HttpRequest chain = HttpRequest.newBuilder(
                                URI.create(system.url() + "api/streams/" + STREAM + "/chain"))
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"chain\":\"gain(db=-6)\"}"))
                        .build();
                assertEquals(
                        200,
                        client.send(chain, HttpResponse.BodyHandlers.ofString()).statusCode());
                awaitFrames(system, 25);

                broker.restart();
                all.addAll(until(dev.microphone.schemas.event.ChainConfigured.class));
                gaps = system.metrics().sum("microphone_gaps_total");
            }
            all.addAll(until(StreamEnded.class));
        }

        assertEquals(0, gaps);
        StreamEnded ended = of(StreamEnded.class, all).get(0);
        assertTrue(ended.lastSequence() >= 50, ended.toString());
        long pcmBytes = Files.size(folder.resolve("out.wav"));
        assertTrue(pcmBytes >= (ended.lastSequence() + 1) * 3_840, pcmBytes + " bytes for " + ended);
        assertNoErrors();
    }

    @Test
    void shouldStartAndEndWhereNoBrokerAnswers() throws Exception {
        long startNs = System.nanoTime();
        try (LocalSystem system = LocalSystem.start(config("127.0.0.1:1", "none.", "out.wav"), errors, messages::add)) {
            system.capture();
            awaitFrames(system, 10);
        }
        long tookNs = System.nanoTime() - startNs;

        assertTrue(tookNs < 15_000_000_000L, "took " + tookNs + " ns");
        assertTrue(
                messages.stream().anyMatch(line -> line.contains("did not reach Kafka at 127.0.0.1:1")),
                messages.toString());
        assertNoErrors();
    }
}
