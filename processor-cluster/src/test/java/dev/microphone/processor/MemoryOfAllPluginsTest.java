package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.PluginSpec;
import dev.microphone.processor.chain.PluginVersion;
import dev.microphone.processor.chain.PreparedChain;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginMemory;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEvent;
import dev.microphone.schemas.event.PluginFaulted;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameHandler;
import dev.microphone.transport.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What all instances may have together, and what becomes of those for which there is no room. A plugin has one page. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryOfAllPluginsTest {
    private static final long PAGE_BYTES = 65_536;
    private static final int WORD = 1_000_000;
    private static final long TIMEOUT_SECONDS = 60;

    /** Generous: a busy test machine must not make a good plugin fail. */
    private static final PluginLimits LIMITS = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);

    @TempDir
    private Path folder = Path.of("");

    /** A processor with one plugin on all streams. */
    private static final class Node implements AutoCloseable {
        final Metrics metrics = new Metrics();
        final List<Frame> delivered = new ArrayList<>();
        final List<ControlEvent> events = new ArrayList<>();
        final PluginLibrary library;
        private final Watchdog watchdog = Watchdog.start();
        private final PreparedChain chain;
        private final ProcessorAgent agent;
        private final Deque<Frame> arriving = new ArrayDeque<>();
        private final Map<Long, Long> sequences = new HashMap<>();

        Node(byte[] wasm, PluginMemory memory) {
            library = new PluginLibrary(named -> wasm, LIMITS, memory, null, watchdog, 0, text -> {});
            try {
                chain = library.prepare(new ChainSpec(List.of(new PluginSpec("odd", Map.of()))));
            } catch (PluginRejectedException e) {
                throw new AssertionError(e);
            }
            agent = new ProcessorAgent(
                    "0",
                    this::poll,
                    frame -> delivered.add(new Frame().copyFrom(frame)),
                    streamId -> chain,
                    events::add,
                    ProcessorSettings.defaults(),
                    watchdog,
                    metrics,
                    () -> 0);
        }

        private int poll(FrameHandler handler, int limit) {
            int taken = 0;
            while (taken < limit && !arriving.isEmpty() && handler.onFrame(arriving.getFirst())) {
                arriving.removeFirst();
                taken++;
            }
            return taken;
        }

        /** A frame of each stream. @return how many of them the plugin has not inverted */
        long run(LongStream streams, int word) {
            streams.forEach(streamId -> {
                Frame frame =
                        new Frame().streamId(streamId).epoch(1).sequence(sequences.merge(streamId, 1L, Long::sum) - 1);
                frame.buffer().putInt(frame.pcmOffset(), word);
                arriving.add(frame);
            });
            int frames = arriving.size();
            delivered.clear();
            int work = agent.doWork();
            while (work > 0) {
                work = agent.doWork();
            }
            assertEquals(frames, delivered.size(), "no frame is missing");
            return delivered.stream()
                    .filter(frame -> frame.buffer().getInt(frame.pcmOffset()) == word)
                    .count();
        }

        List<PluginFaulted> faults() {
            return events.stream()
                    .filter(PluginFaulted.class::isInstance)
                    .map(PluginFaulted.class::cast)
                    .toList();
        }

        long errors(String reason) {
            return metrics.counter("microphone_plugin_errors_total", "plugin", "odd", "reason", reason)
                    .get();
        }

        long leftOut() {
            return metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "odd")
                    .get();
        }

        @Override
        public void close() {
            agent.onClose();
            chain.close();
            library.close();
            watchdog.close();
        }
    }

    /** Often: instances that are to lie ready are made meanwhile, and must not be what a stream goes without. */
    @RepeatedTest(50)
    void shouldPassStreamsThroughForWhichThereIsNoRoomAndSaySo() {
        // A prototype, eight streams, and half a page for snapshots.
        PluginMemory memory = new PluginMemory(9 * PAGE_BYTES + PAGE_BYTES / 2);
        try (Node node = new Node(TestPlugins.inverts(), memory)) {
            assertEquals(12, node.run(LongStream.range(0, 20), WORD));
            assertEquals(12, node.run(LongStream.range(0, 20), WORD));

            assertEquals(12, node.errors("no_memory"));
            assertEquals(12, node.leftOut());
            assertEquals(12, node.faults().size());
            PluginFaulted refused = node.faults().get(0);
            assertEquals("no_memory", refused.reason());
            assertEquals(8, refused.streamId());
            assertTrue(refused.bypassed());
            assertTrue(
                    refused.message().startsWith("all plugins together may have 0.6 MiB and have "), refused.message());
            assertTrue(memory.usedBytes() <= memory.limitBytes());
        }
        assertEquals(0, memory.usedBytes(), "everything was given back");
    }

    @Test
    void shouldGiveBackWhatFailedInstancesHad() {
        PluginMemory memory = new PluginMemory(4 * PAGE_BYTES);
        try (Node node = new Node(TestPlugins.trapsOnMarker(), memory)) {
            for (int i = 0; i < 4; i++) {
                assertEquals(1, node.run(LongStream.of(1), TestPlugins.MARKER));
                assertEquals(0, node.run(LongStream.of(1), WORD));
            }
            assertEquals(4, node.errors("trap"));
            assertEquals(0, node.errors("no_memory"));
        }
        assertEquals(0, memory.usedBytes());
    }

    /** With the two that lie ready beside the prototype all is taken. */
    @Test
    void shouldGoOnWithoutSnapshotsWhereThereIsNoRoomForThem() {
        try (Node node = new Node(TestPlugins.trapsOnMarker(), new PluginMemory(3 * PAGE_BYTES))) {
            for (int i = 0; i < 200; i++) {
                assertEquals(0, node.run(LongStream.of(1), WORD), "frame " + i);
            }
            assertEquals(1, node.faults().size());
            assertEquals("no_memory", node.faults().get(0).reason());
            assertEquals(PluginFaulted.KEPT, node.faults().get(0).instanceAction());
            // After frames 4, 49, 99, 149 and 199.
            assertEquals(
                    5,
                    node.metrics
                            .counter("microphone_plugin_snapshots_missed_total", "plugin", "odd")
                            .get());

            assertEquals(1, node.run(LongStream.of(1), TestPlugins.MARKER));
            assertEquals(0, node.run(LongStream.of(1), WORD));
            assertEquals("fresh", node.faults().get(1).instanceAction());
        }
    }

    @Test
    void shouldRefuseAVersionForWhichThereIsNoRoomBesideTheOldOne() {
        PluginMemory memory = new PluginMemory(11 * PAGE_BYTES);
        try (Node node = new Node(TestPlugins.inverts(), memory)) {
            node.run(LongStream.range(0, 7), WORD);

            PluginRejectedException refusal = assertThrows(
                    PluginRejectedException.class,
                    () -> node.library.replace("odd", new PluginVersion(TestPlugins.adds(1), "a test", "")));

            assertTrue(
                    String.valueOf(refusal.getMessage())
                            .startsWith("needs 9 instances: all plugins together may have 0.7 MiB and have 0.7: there"),
                    refusal.getMessage());
            assertEquals(0, node.run(LongStream.range(0, 7), WORD), "the old one goes on");
        }
        assertEquals(0, memory.usedBytes());
    }

    /** Without a limit, in a process of its own: it is the heap that ends. */
    @Test
    void shouldPassStreamsThroughWhenTheHeapIsFull() throws IOException, InterruptedException {
        Path messages = folder.resolve("messages.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemoryOfAllPluginsTest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile())
                .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), "it did not end in time");
            assertEquals(0, process.exitValue(), Files.readString(messages));
        } finally {
            process.destroyForcibly();
        }
    }

    /** More streams than 96 MiB hold, at 2 MiB each. */
    public static void main(String[] arguments) {
        try (Node node = new Node(TestPlugins.invertsInMemoryOf(32), PluginMemory.UNLIMITED)) {
            long passed = node.run(LongStream.range(0, 100), WORD);
            assertTrue(passed > 50 && passed < 100, passed + " of 100 streams passed through");
            assertEquals(passed, node.run(LongStream.range(0, 100), WORD));
            assertEquals(passed, node.errors("no_memory"));
            assertEquals(passed, node.leftOut());
            assertTrue(
                    node.faults().get(0).message().startsWith("the heap has no room for an instance or a snapshot"),
                    node.faults().get(0).message());
        }
    }
}
