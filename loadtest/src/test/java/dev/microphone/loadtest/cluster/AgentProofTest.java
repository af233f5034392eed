package dev.microphone.loadtest.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.microphone.edge.agent.BacklogLimits;
import dev.microphone.edge.agent.CaptureSession;
import dev.microphone.edge.agent.EdgeAgent;
import dev.microphone.edge.dsp.NormaliserSettings;
import dev.microphone.edge.source.SourceUri;
import dev.microphone.standalone.Main;
import dev.microphone.standalone.config.ConfigFile;
import dev.microphone.standalone.live.ProcessorNode;
import dev.microphone.transport.aeron.EmbeddedMedia;
import dev.microphone.transport.aeron.FrameSubscriber;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.GapDetector;
import dev.microphone.transport.frame.StreamDirectory;
import dev.microphone.transport.frame.StreamName;
import dev.microphone.transport.link.NamedStreams;
import dev.microphone.transport.link.RouterChannels;
import dev.microphone.transport.metrics.Metrics;
import dev.microphone.transport.service.DataPathIdleStrategy;
import dev.microphone.transport.service.ErrorLog;
import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process of its own, treated badly; node and router are in this one. */
@Tag("proof")
final class AgentProofTest {
    private static final String NAMESPACE = "microphone-proof";
    private static final String HOST_LINK = "micproof0";
    private static final String HOST_ADDRESS = "10.213.7.1";
    private static final String HOST_HARDWARE_ADDRESS = "02:00:00:d5:07:01";
    private static final StreamName LIVE_FIRST = new StreamName("acme/berlin/desk/noise");

    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> opened = new ArrayList<>();
    /** Of each run of the source, how many frames came, all of them in a row from 0. */
    private final Map<Long, Long> framesOfRuns = new TreeMap<>();

    private final GapDetector detector = new GapDetector();
    private final IdleStrategy idle = new DataPathIdleStrategy();

    /** Of each stream, a checksum of each frame's sound by its sequence. */
    private final Map<Long, Map<Long, Long>> recordings = new HashMap<>();

    @TempDir
    Path folder;

    private int ports;
    private FrameSubscriber router;
    private ProcessorNode node;
    private Process agent;
    private long newestCaptureTimeNs;

    @BeforeEach
    void open() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            ports = Math.min(socket.getLocalPort(), 60_000);
        }
        EmbeddedMedia media = open(EmbeddedMedia.launch(error -> {
            throw new AssertionError(error);
        }));
        router = open(new FrameSubscriber(
                media.aeron(),
                RouterChannels.listen("127.0.0.1:" + ports),
                2,
                metrics,
                "router",
                new NamedStreams(new StreamDirectory(), metrics, "router")));
    }

    @AfterEach
    void close() {
        if (agent != null) {
            agent.destroyForcibly();
        }
        CloseHelper.close(node);
        CloseHelper.closeAll(opened);
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private void startNode(String host) throws IOException {
        startNode(host, "gain");
    }

    private void startNode(String host, String chain) throws IOException {
        Path config = Files.writeString(folder.resolve("node.toml"), """
                default-chain = "%s"
                http.port = 0
                [cluster]
                host = "%s"
                processor-port = %d
                frame-ports = 2
                routers = ["127.0.0.1:%d"]
                """.formatted(chain, host, ports + 1, ports));
        node = ProcessorNode.start(
                ConfigFile.read(config), new ErrorLog(SystemEpochClock.INSTANCE, System.err, true), message -> {});
    }

    private void startAgent(List<String> prefix, String host) throws IOException {
        startAgent(prefix, host, List.of("--source", "tone:?dbfs=-20", "--name", "acme/berlin/desk/tone"));
    }

    private void startAgent(List<String> prefix, String host, List<String> source) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "agent",
                "--node",
                host + ":" + (ports + 1),
                "--spool",
                folder.resolve("spool").toString(),
                "--port",
                "0"));
        command.addAll(source);
        agent = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "agent.log")))
                .start();
    }

    private boolean deliver(Frame frame) {
        switch (detector.classify(frame.epoch(), frame.sequence())) {
            case NEXT -> {
                detector.accept(frame.epoch(), frame.sequence());
                assertEquals(framesOfRuns.getOrDefault(frame.epoch(), 0L), frame.sequence());
                framesOfRuns.merge(frame.epoch(), 1L, Long::sum);
                newestCaptureTimeNs = frame.captureTimeNs();
            }
            case DUPLICATE -> {}
            default ->
                throw new AssertionError("frame " + frame.sequence() + " of run " + frame.epoch() + " behind a gap: "
                        + detector.expectedSequence() + " was expected");
        }
        return true;
    }

    private long frames() {
        return framesOfRuns.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How old the newest sound is, seconds. */
    private double lagSeconds() {
        return (TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - newestCaptureTimeNs) / 1e9;
    }

    private void await(BooleanSupplier condition, int seconds) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "not reached within " + seconds + " s: " + framesOfRuns);
            idle.idle(router.poll(this::deliver, 50));
        }
    }

    private void goOnFor(int seconds) {
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        await(() -> System.nanoTime() - untilNs > 0, seconds + 10);
    }

    @Test
    void shouldDeliverWhatAKilledAgentHadKeptAndThenItsNewRun() throws Exception {
        startNode("127.0.0.1");
        startAgent(List.of(), "127.0.0.1");
        await(() -> frames() > 100, 60);
        node.close();
        // Nobody takes frames: they stay in the agent's spool.
        goOnFor(3);
        long before = frames();
        assertTrue(agent.toHandle().destroyForcibly());
        assertTrue(agent.waitFor(20, TimeUnit.SECONDS));
        assertEquals(137, agent.exitValue());
        startNode("127.0.0.1");
        startAgent(List.of(), "127.0.0.1");
        await(() -> framesOfRuns.size() == 2 && frames() > before + 300, 60);
        List<Long> counts = List.copyOf(framesOfRuns.values());
        System.out.println("an agent killed: frames of its runs " + counts + ", " + before + " before");
        assertTrue(counts.get(0) >= before + 100, counts + " after " + before);
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), command.toString());
    }

    private static boolean canMakeNamespaces() throws Exception {
        if (!System.getProperty("user.name").equals("root") || !Files.exists(Path.of("/usr/sbin/ip"))) {
            return false;
        }
        Process process =
                new ProcessBuilder("ip", "netns", "add", NAMESPACE).inheritIO().start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** Between this machine and a namespace in which the agent runs. */
    private void openLink() throws Exception {
        assumeTrue(canMakeNamespaces(), "needs root, iproute2 and network namespaces");
        opened.add(() -> ip("netns", "delete", NAMESPACE));
        ip("link", "add", HOST_LINK, "address", HOST_HARDWARE_ADDRESS, "type", "veth", "peer", "name", "micproof1");
        ip("link", "set", "micproof1", "netns", NAMESPACE);
        ip("address", "add", HOST_ADDRESS + "/30", "dev", HOST_LINK);
        ip("link", "set", HOST_LINK, "up");
        ip("-n", NAMESPACE, "address", "add", "10.213.7.2/30", "dev", "micproof1");
        ip("-n", NAMESPACE, "link", "set", "micproof1", "up");
        ip("-n", NAMESPACE, "link", "set", "lo", "up");
        // While the link is cut the kernel asks for this address once a second: up to a second that is not ours.
        ip(
                "-n",
                NAMESPACE,
                "neighbor",
                "add",
                HOST_ADDRESS,
                "lladdr",
                HOST_HARDWARE_ADDRESS,
                "nud",
                "permanent",
                "dev",
                "micproof1");
    }

    @Test
    void shouldDeliverEverythingWhenItsLinkWasCutForAMinute() throws Exception {
        openLink();
        startNode(HOST_ADDRESS);
        startAgent(List.of("ip", "netns", "exec", NAMESPACE), HOST_ADDRESS);
        await(() -> frames() > 100, 60);
        ip("link", "set", HOST_LINK, "down");
        goOnFor(60);
        double lag = lagSeconds();
        long before = frames();
        ip("link", "set", HOST_LINK, "up");
        long upNs = System.nanoTime();
        await(() -> frames() > before, 60);
        double firstSeconds = (System.nanoTime() - upNs) / 1e9;
        await(() -> lagSeconds() < 0.5, 60);
        double backSeconds = (System.nanoTime() - upNs) / 1e9;
        System.out.printf(
                "a link cut for a minute: %.1f s behind, the first frame %.2f s after the link, live again %.2f s after"
                        + " it, %d frames later%n",
                lag, firstSeconds, backSeconds, frames() - before);
        goOnFor(2);
        assertTrue(lag > 55, lag + " s");
        assertEquals(1, framesOfRuns.size());
        assertTrue(frames() > 3_000, frames() + " frames");
    }

    /** Noise, so that no two frames are equal; mono, 48 kHz. */
    private Path noise(int seconds) throws IOException {
        ByteBuffer wav = ByteBuffer.allocate(44 + seconds * 96_000).order(ByteOrder.LITTLE_ENDIAN);
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + seconds * 96_000);
        wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        wav.putShort((short) 1).putShort((short) 1).putInt(48_000).putInt(96_000);
        wav.putShort((short) 2).putShort((short) 16);
        wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(seconds * 96_000);
        Random random = new Random(7);
        while (wav.hasRemaining()) {
            wav.putShort((short) random.nextInt(-4_000, 4_000));
        }
        return Files.write(folder.resolve("noise.wav"), wav.array());
    }

    /** What capture makes of a file, a checksum a frame: without spool, link and node. */
    private List<Long> captured(Path wav, NormaliserSettings settings) throws Exception {
        List<Long> checksums = new ArrayList<>();
        EdgeAgent edge = new EdgeAgent(
                frame -> checksums.add(pcmChecksum(frame)),
                metrics,
                error -> {
                    throw new AssertionError(error);
                },
                BacklogLimits.defaults());
        CaptureSession session = edge.start(
                LIVE_FIRST, SourceUri.parse("wav:" + wav + "?pace=fast").open(), settings);
        while (!session.ended().isDone()) {
            idle.idle(edge.agent().doWork());
        }
        edge.agent().onClose();
        return checksums;
    }

    private static long pcmChecksum(Frame frame) {
        CRC32C checksum = new CRC32C();
        checksum.update(frame.bytes(), frame.pcmOffset(), frame.pcmLength());
        return checksum.getValue();
    }

    /** By stream and sequence; a frame that comes again must be the same. */
    private boolean keep(Frame frame) {
        Map<Long, Long> recording = recordings.computeIfAbsent(frame.streamId(), id -> new TreeMap<>());
        Long before = recording.put(frame.sequence(), pcmChecksum(frame));
        assertTrue(before == null || before == pcmChecksum(frame), () -> "frame " + frame.sequence() + " has changed");
        if (frame.streamId() == LIVE_FIRST.streamId()) {
            newestCaptureTimeNs = frame.captureTimeNs();
        }
        return true;
    }

    private void keepUntil(BooleanSupplier condition, int seconds) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadlineNs, () -> "not reached within " + seconds + " s");
            idle.idle(router.poll(this::keep, 50));
        }
    }

    private Map<Long, Long> recorded(StreamName stream) {
        return recordings.getOrDefault(stream.streamId(), Map.of());
    }

    @Test
    void shouldBeLiveAtOnceAndRecordTheRestBehindWhenTheStreamGoesLiveFirst() throws Exception {
        openLink();
        int cutSeconds = 30;
        Path wav = noise(cutSeconds + 60);
        Path config = Files.writeString(folder.resolve("agent.toml"), """
                [spool]
                replay = "live_first"
                [[stream]]
                name = "%s"
                source = "wav:%s"
                capture.agc = false
                """.formatted(LIVE_FIRST, wav));
        List<Long> expected =
                captured(wav, ConfigFile.read(config).streams().get(0).capture());
        startNode(HOST_ADDRESS, "none");
        startAgent(List.of("ip", "netns", "exec", NAMESPACE), HOST_ADDRESS, List.of("--config", config.toString()));
        keepUntil(() -> recorded(LIVE_FIRST).size() > 100, 60);
        ip("link", "set", HOST_LINK, "down");
        long untilNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(cutSeconds);
        keepUntil(() -> System.nanoTime() - untilNs > 0, cutSeconds + 10);
        double lag = lagSeconds();
        ip("link", "set", HOST_LINK, "up");
        long upNs = System.nanoTime();
        keepUntil(() -> lagSeconds() < 0.5, 60);
        double backSeconds = (System.nanoTime() - upNs) / 1e9;
        StreamName backfill = Objects.requireNonNull(LIVE_FIRST.backfill());
        int already = recorded(backfill).size();
        long[] worstMillis = new long[1];
        keepUntil(
                () -> {
                    worstMillis[0] = Math.max(worstMillis[0], (long) (lagSeconds() * 1_000));
                    return recorded(LIVE_FIRST).size() + recorded(backfill).size() >= cutSeconds * 50
                            && missing(expected) == 0;
                },
                60);
        double wholeSeconds = (System.nanoTime() - upNs) / 1e9;
        System.out.printf(
                "live first: %.1f s behind, live again %.2f s after the link with %d frames of the backlog through;"
                        + " all of its %d after %.1f s, meanwhile live at most %d ms behind%n",
                lag, backSeconds, already, recorded(backfill).size(), wholeSeconds, worstMillis[0]);
        assertTrue(lag > cutSeconds - 5, lag + " s");
        assertTrue(already < 100, already + " frames of the backlog went before live sound");
        for (StreamName stream : List.of(LIVE_FIRST, backfill)) {
            recorded(stream)
                    .forEach((sequence, checksum) ->
                            assertEquals(expected.get(sequence.intValue()), checksum, stream + " frame " + sequence));
        }
    }

    /** Frames up to the newest that neither recording has. */
    private long missing(List<Long> expected) {
        Map<Long, Long> live = recorded(LIVE_FIRST);
        Map<Long, Long> behind = recorded(Objects.requireNonNull(LIVE_FIRST.backfill()));
        long newest = live.keySet().stream().mapToLong(Long::longValue).max().orElse(expected.size());
        return LongStream.range(0, newest)
                .filter(sequence -> !live.containsKey(sequence) && !behind.containsKey(sequence))
                .count();
    }
}
