package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.transport.aeron.EmbeddedMedia;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One node a process, for one job at a time. */
final class TaskManagerNodeTest {
    private static ShardSettings settings(String chain) {
        return settings(chain, 0);
    }

    private static ShardSettings settings(String chain, long pluginMemoryBytes) {
        return settings(chain, pluginMemoryBytes, true);
    }

    private static ShardSettings settings(String chain, long pluginMemoryBytes, boolean rehearse) {
        return new ShardSettings(
                "test",
                "127.0.0.1",
                40_000,
                1,
                List.of("127.0.0.1:39999"),
                null,
                5_000,
                1_000,
                rehearse,
                ChainSpec.parse(chain),
                Map.of(),
                null,
                List.of(),
                false,
                PluginLimits.defaults(),
                pluginMemoryBytes,
                FaultPolicy.DEFAULT);
    }

    @AfterEach
    void close() {
        TaskManagerNode.closeCurrent();
    }

    @Test
    void shouldServeAllTasksOfAJobAndRefuseThoseOfAnotherUntilTheyHaveEnded() {
        TaskManagerNode node = TaskManagerNode.acquire(settings("none"));
        assertSame(node, TaskManagerNode.acquire(settings("none")));
        node.release();
        String message = assertThrows(IllegalStateException.class, () -> TaskManagerNode.acquire(settings("gain")))
                .getMessage();
        assertTrue(message.contains("1 subtasks of a job with other settings"), message);
        // It goes on as if nothing had been.
        EmbeddedMedia toRouters = node.toRouters();
        assertFalse(toRouters.isClosed());
        assertSame(node, TaskManagerNode.running());
        node.release();
        assertSame(node, TaskManagerNode.acquire(settings("none")));
        node.release();
        TaskManagerNode other = TaskManagerNode.acquire(settings("gain"));
        assertNotSame(node, other);
        assertTrue(toRouters.isClosed());
        other.release();
    }

    @Test
    void shouldHaveADoorForEachTaskThatTheNextAttemptFindsOpen() {
        TaskManagerNode node = TaskManagerNode.acquire(settings("none"));
        Door first = node.takeDoor();
        Door second = node.takeDoor();
        assertNotSame(first, second);
        node.giveBack(first);
        assertSame(first, node.takeDoor());
        node.giveBack(first);
        node.giveBack(second);
        node.release();
    }

    @Test
    void shouldDoWhatShardsDoOnceWithoutATrace() throws Exception {
        TaskManagerNode node = TaskManagerNode.acquire(settings("gain"));
        // Two lives of ten seconds of six streams, to the last frame.
        assertEquals(2 * 500 * 6, node.awaitRehearsal());
        assertEquals(2 * 500 * 6, node.awaitRehearsal());
        // But for the word that no shard is at the door that it leaves open.
        assertEquals(
                List.of(),
                node.metrics().entries().stream()
                        .filter(entry -> entry.counter().get() > 0)
                        .filter(entry -> !entry.name().equals("microphone_control_bus_records_total"))
                        .map(entry -> entry.name() + entry.labels())
                        .toList());
        assertNull(node.shards().ownerOf(0));
        // The first shard finds a door open, at the first ports.
        Door door = node.takeDoor();
        assertEquals(40_000, door.endpoint().port());
        node.giveBack(door);
        node.release();
    }

    @Test
    void shouldRefuseAChainForWhichThereIsNoMemory() {
        String message = assertThrows(
                        IllegalStateException.class, () -> TaskManagerNode.acquire(settings("gain", 1 << 16)))
                .getMessage();
        assertTrue(message.contains("gain"), message);
        assertTrue(message.contains("all plugins together may have 0.1 MiB"), message);
    }

    @Test
    void shouldHoldUpNoTaskWhileItRehearses() throws Exception {
        TaskManagerNode node = TaskManagerNode.acquire(settings("gain"));
        node.beginRehearsal();
        while (Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("media-agents"))) {
            Thread.onSpinWait();
        }
        assertFalse(node.toRouters().isClosed());
        // At the ports that agents know, while the rehearsal has others.
        Door door = node.takeDoor();
        assertEquals(40_000, door.endpoint().port());
        node.giveBack(door);
        assertTrue(isRehearsing());
        node.awaitRehearsal();
        node.release();
    }

    private static boolean isRehearsing() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("rehearsal"));
    }

    @Test
    void shouldRehearseWhereItIsNotToOnlyForWhoeverWaits() throws Exception {
        TaskManagerNode node = TaskManagerNode.acquire(settings("gain", 0, false));
        node.beginRehearsal();
        assertFalse(isRehearsing());
        assertEquals(2 * 500 * 6, node.awaitRehearsal());
        node.release();
    }

    @Test
    void shouldEndARehearsalWithTheNode() {
        TaskManagerNode node = TaskManagerNode.acquire(settings("gain"));
        node.beginRehearsal();
        node.release();
        assertTrue(isRehearsing());
        TaskManagerNode.closeCurrent();
        assertFalse(isRehearsing());
    }
}
