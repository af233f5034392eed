package dev.microphone.processor.flink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.ChainSpec;
import dev.microphone.processor.chain.FaultPolicy;
import dev.microphone.processor.chain.PluginLibrary;
import dev.microphone.processor.chain.SnapshotRejectedException;
import dev.microphone.processor.deploy.PluginSources;
import dev.microphone.processor.trust.PluginTrust;
import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** State that another version of Microphone has written. */
final class OtherVersionTest {
    private static final long STREAM = 42;

    private final ShardInMemory shard = new ShardInMemory(null);
    private final Watchdog watchdog = Watchdog.start();
    private final PluginLibrary library = new PluginLibrary(
            new PluginSources(null, PluginTrust.ANYONE), PluginLimits.defaults(), null, watchdog, 0, message -> {});
    private ShardStreams streams;

    @BeforeEach
    void open() throws Exception {
        var none = library.prepare(ChainSpec.parse("none"));
        streams = shard.begin(streamId -> none.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, shard.metrics));
    }

    @AfterEach
    void close() {
        streams.close();
        library.close();
        watchdog.close();
    }

    private boolean take(long sequence) {
        Frame frame = new Frame();
        frame.streamId(STREAM)
                .epoch(7)
                .sequence(sequence)
                .captureTimeNs(sequence * 20_000_000L)
                .flags(0)
                .samplesPerChannel(960);
        return streams.onFrame(frame, 0);
    }

    private long snapshots(String result) {
        return shard.metrics
                .counter("microphone_snapshots_total", "processor", "0", "result", result)
                .get();
    }

    private void remember(byte[] stored) {
        shard.stored.put(STREAM, stored);
        streams.remember(STREAM, 0);
    }

    @Test
    void shouldBeginTheChainAnewAtTheStreamsPlace() {
        byte[] later = StoredSession.of(7, 99, new byte[0], new byte[10]);
        later[0] = 3;
        remember(later);
        assertEquals(7, streams.coveredEpoch(STREAM));
        assertEquals(99, streams.coveredSequence(STREAM));
        assertFalse(take(99), "it had that one already");
        assertTrue(take(100));
        assertEquals(1, snapshots("rejected"));
        assertTrue(shard.errors.get(0).contains("version 3"), shard.errors.toString());
    }

    @Test
    void shouldBeginAnewWhereItDoesNotSayWhereTheStreamStood() {
        remember(new byte[] {9, 9, 9});
        assertEquals(-1, streams.coveredEpoch(STREAM));
        assertTrue(take(0));
        assertEquals(1, snapshots("rejected"));
        assertEquals(Map.of(), shard.stored);
        assertTrue(shard.errors.get(0).contains("3 bytes"), shard.errors.toString());
    }

    @Test
    void shouldWriteTheSameBytesInEveryBuild() {
        assertArrayEquals(
                HexFormat.of().parseHex("0200000000000000070000000000000063" + "00000002" + "aabb" + "ccddee"),
                StoredSession.of(7, 99, bytes(0xaa, 0xbb), bytes(0xcc, 0xdd, 0xee)));
    }

    @Test
    void shouldReadWhatVersion1Wrote() throws SnapshotRejectedException {
        byte[] version1 = HexFormat.of().parseHex("0100000000000000070000000000000063" + "ccddee");
        assertEquals(7, StoredSession.epoch(version1));
        assertEquals(99, StoredSession.sequence(version1));
        assertArrayEquals(new byte[0], StoredSession.farEnd(version1));
        assertArrayEquals(bytes(0xcc, 0xdd, 0xee), StoredSession.snapshot(version1));
    }

    @Test
    void shouldGoOnWithTheChainThatVersion1Wrote() throws Exception {
        ShardInMemory before = new ShardInMemory("router");
        var none = library.prepare(ChainSpec.parse("none"));
        ShardStreams first =
                before.begin(streamId -> none.newChain(FaultPolicy.DEFAULT, ControlEventListener.NONE, before.metrics));
        assertTrue(first.onFrame(new Frame().streamId(STREAM).epoch(7).sequence(0), 0));
        first.doWork(0, true);
        first.doWork(0, true);
        byte[] version2 = before.stored.get(STREAM);
        byte[] snapshot = StoredSession.snapshot(version2);
        remember(ByteBuffer.allocate(17 + snapshot.length)
                .put((byte) 1)
                .putLong(7)
                .putLong(0)
                .put(snapshot)
                .array());
        assertTrue(take(1));
        assertEquals(1, snapshots("restored"));
        assertEquals(0, snapshots("rejected"));
    }

    @Test
    void shouldBeginTheChainAnewWhereTheStateIsTorn() {
        byte[] whole = StoredSession.of(7, 99, new byte[100], new byte[0]);
        remember(Arrays.copyOf(whole, 50));
        assertTrue(take(100));
        assertEquals(1, snapshots("rejected"));
        assertTrue(shard.errors.get(0).contains("100 bytes in 50"), shard.errors.toString());
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
