package dev.microphone.processor.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.microphone.schemas.event.ShardAnnounced;
import dev.microphone.transport.link.NodeEndpoint;
import dev.microphone.transport.metrics.Metrics;
import java.util.Objects;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardTableTest {
    private final AtomicCounter refused = new Metrics().counter("refused");
    private final ShardTable table = new ShardTable(refused);

    private static ShardAnnounced announced(String endpoint, int first, int last, int attempt) {
        return new ShardAnnounced(endpoint, first, last, 128, attempt, 0, ShardAnnounced.UP);
    }

    private String ownerOf(int keyGroup) {
        return Objects.requireNonNull(table.ownerOf(keyGroup)).endpoint().host();
    }

    @Test
    void shouldKnowTheOwnerOfEachKeyGroup() {
        table.onAnnounced(announced("a:1", 0, 63, 5));
        table.onAnnounced(announced("b:1", 64, 127, 5));
        assertEquals("a", ownerOf(63));
        assertEquals("b", ownerOf(64));
        // Three shards in place of two.
        table.onAnnounced(announced("c:1", 43, 85, 6));
        assertEquals("a", ownerOf(42));
        assertEquals("c", ownerOf(43));
        assertEquals("c", ownerOf(85));
        assertEquals("b", ownerOf(86));
        assertEquals(0, refused.get());
    }

    @Test
    void shouldNotFallBackToAnEarlierAttempt() {
        table.onAnnounced(announced("new:1", 0, 127, 7));
        table.onAnnounced(announced("old:1", 0, 127, 6));
        assertEquals("new", ownerOf(5));
        table.onAnnounced(announced("newer:1", 0, 127, 7));
        assertEquals(new ShardTable.Owner(new NodeEndpoint("newer", 1, 2), 0, 7), table.ownerOf(5));
    }

    private void ended(String endpoint, int first, int last, int attempt) {
        table.onAnnounced(announced(endpoint, first, last, attempt).down());
    }

    @Test
    void shouldForgetAShardThatSaysItHasEndedButNotItsAttempt() {
        table.onAnnounced(announced("a:1", 0, 63, 5));
        table.onAnnounced(announced("b:1", 64, 127, 5));
        ended("a:1", 0, 63, 5);
        assertNull(table.ownerOf(0));
        assertNull(table.ownerOf(63));
        assertEquals("b", ownerOf(64));
        assertEquals(6, table.nextAttempt(new ShardRange(0, 63), 1));
        // One from before it.
        table.onAnnounced(announced("old:1", 0, 63, 4));
        assertNull(table.ownerOf(0));
    }

    @Test
    void shouldKeepWhoHasTakenOverWhenTheOneBeforeEnds() {
        table.onAnnounced(announced("a:1", 0, 63, 5));
        // Three shards in place of two, of whose end it hears late: other key groups have no order between them.
        table.onAnnounced(announced("c:1", 0, 42, 6));
        ended("a:1", 0, 63, 5);
        assertEquals("c", ownerOf(42));
        assertNull(table.ownerOf(43));
        // The same address, one attempt later.
        table.onAnnounced(announced("c:1", 0, 42, 7));
        ended("c:1", 0, 42, 6);
        assertEquals("c", ownerOf(0));
    }

    @Test
    void shouldTakeOverAboveAllThatWasAnnouncedWhateverTheClockSays() {
        assertEquals(1_000, table.nextAttempt(new ShardRange(0, 63), 1_000));
        table.onAnnounced(announced("a:1", 60, 70, 2_000));
        assertEquals(2_001, table.nextAttempt(new ShardRange(0, 63), 1_000));
        assertEquals(1_000, table.nextAttempt(new ShardRange(71, 127), 1_000));
        assertEquals(3_000, table.nextAttempt(new ShardRange(0, 63), 3_000));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8, 16})
    void shouldSpreadAgentsOverAllFramePortsWhateverStepsTheirSessionsCountIn(int step) {
        int framePorts = 16;
        int agentsAPort = 100;
        ShardTable.Owner owner = new ShardTable.Owner(new NodeEndpoint("a", 1_000, 1_001), framePorts, 5);
        int[] agents = new int[framePorts];
        for (long session = 0; session < (long) step * framePorts * agentsAPort; session += step) {
            NodeEndpoint endpoint = owner.frameEndpoint(session);
            assertEquals(endpoint, owner.frameEndpoint(session));
            agents[endpoint.port() - 1_002]++;
        }
        for (int port = 0; port < framePorts; port++) {
            // Four standard deviations of a random choice.
            assertEquals(agentsAPort, agents[port], 40, "port " + port);
        }
    }

    @ParameterizedTest
    @CsvSource({"a:1,-1,5,128", "a:1,0,128,128", "a:1,0,63,64", "nowhere,0,63,128"})
    void shouldCountAndIgnoreWhatMakesNoSense(String endpoint, int first, int last, int keyGroups) {
        table.onAnnounced(new ShardAnnounced(endpoint, first, last, keyGroups, 1, 0, ShardAnnounced.UP));
        assertEquals(1, refused.get());
        assertNull(table.ownerOf(0));
    }
}
