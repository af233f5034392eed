package dev.microphone.processor.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginRejectedException;
import dev.microphone.processor.wasm.TestPlugins;
import dev.microphone.processor.wasm.Watchdog;
import dev.microphone.schemas.event.ControlEventListener;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChainSnapshotTest {
    private static final Map<String, byte[]> PLUGINS = Map.of(
            "counts", TestPlugins.counts(), "inverts", TestPlugins.inverts(), "marker", TestPlugins.trapsOnMarker());

    private final Watchdog watchdog = Watchdog.start();
    private final Metrics metrics = new Metrics();

    @AfterEach
    void stop() {
        watchdog.close();
    }

    private Chain chain(String text) {
        PluginLimits limits = PluginLimits.defaults().withFrameBudgetNs(20_000_000_000L);
        try (PluginLibrary library =
                new PluginLibrary(spec -> PLUGINS.get(spec.reference()), limits, null, watchdog, 0, warning -> {})) {
            return library.prepare(ChainSpec.parse(text))
                    .newChain(new FaultPolicy(1, 1_000), ControlEventListener.NONE, metrics);
        } catch (PluginRejectedException e) {
            throw new AssertionError(e);
        }
    }

    private static Frame frame(long sequence) {
        return new Frame().epoch(3).sequence(sequence);
    }

    private static int firstWordAfter(Chain chain, long sequence) {
        Frame frame = frame(sequence);
        chain.process(frame);
        return frame.buffer().getInt(frame.pcmOffset());
    }

    private static byte[] snapshotOf(Chain chain) {
        ChainSnapshot snapshot = new ChainSnapshot();
        chain.take(snapshot);
        return ChainSnapshotFormat.encode(snapshot);
    }

    private static String refusal(Chain chain, byte[] bytes) {
        return assertThrows(SnapshotRejectedException.class, () -> chain.restore(ChainSnapshotFormat.decode(bytes)))
                .getMessage();
    }

    @Test
    void shouldGoOnWhereAnotherChainWas() throws SnapshotRejectedException {
        try (Chain first = chain("counts,counts");
                Chain second = chain("counts,counts")) {
            for (int i = 0; i < 10; i++) {
                firstWordAfter(first, i);
            }

            second.restore(ChainSnapshotFormat.decode(snapshotOf(first)));

            assertEquals(22, firstWordAfter(second, 10));
            assertEquals(22, firstWordAfter(first, 10));
            assertArrayEquals(snapshotOf(first), snapshotOf(second));
        }
    }

    @Test
    void shouldHaveASnapshotBeforeTheFirstFrame() throws SnapshotRejectedException {
        try (Chain first = chain("counts");
                Chain second = chain("counts");
                Chain none = chain("none")) {
            firstWordAfter(second, 0);
            second.restore(ChainSnapshotFormat.decode(snapshotOf(first)));
            assertEquals(1, firstWordAfter(second, 0));
            none.restore(ChainSnapshotFormat.decode(snapshotOf(none)));
        }
    }

    @Test
    void shouldLeaveOutWhatWasLeftOut() throws SnapshotRejectedException {
        try (Chain first = chain("marker,counts");
                Chain second = chain("marker,counts")) {
            Frame marked = frame(0);
            marked.buffer().putInt(marked.pcmOffset(), TestPlugins.MARKER);
            first.process(marked);
            assertEquals(1, first.bypassedPlugins());

            second.restore(ChainSnapshotFormat.decode(snapshotOf(first)));

            assertEquals(1, second.bypassedPlugins());
            assertEquals(2, firstWordAfter(second, 1));
            second.resume();
            assertEquals(0, second.bypassedPlugins());
            assertEquals(~0 + 3, firstWordAfter(second, 2));
        }
        assertEquals(
                0,
                metrics.gauge("microphone_plugin_bypassed_streams", "plugin", "marker")
                        .get());
    }

    @Test
    void shouldRefuseAnotherChainAndStayAsItWas() {
        try (Chain first = chain("counts,inverts");
                Chain other = chain("inverts,counts");
                Chain longer = chain("counts,inverts,inverts")) {
            byte[] bytes = snapshotOf(first);
            firstWordAfter(other, 0);

            assertTrue(refusal(other, bytes)
                    .startsWith("plugin 1, 'inverts', cannot go on from 'counts': snapshot of module '"));
            assertEquals("snapshot of 2 plugins: this chain has 3", refusal(longer, bytes));
            assertEquals(~0 + 2, firstWordAfter(other, 1), "not half restored");
        }
    }

    @Test
    void shouldRefuseASnapshotOfWhichOneByteIsAnother() {
        try (Chain chain = chain("counts,counts")) {
            firstWordAfter(chain, 0);
            byte[] bytes = snapshotOf(chain);
            for (int i = 0; i < bytes.length; i++) {
                byte[] damaged = bytes.clone();
                damaged[i] ^= (byte) (1 << i % 8);
                assertTrue(refusal(chain, damaged).startsWith(i < 4 ? "is not" : "snapshot "), "byte " + i);
            }
            assertEquals(4, firstWordAfter(chain, 1), "as it was");
        }
    }

    @Test
    void shouldRefuseATornSnapshot() {
        try (Chain chain = chain("counts")) {
            byte[] bytes = snapshotOf(chain);
            for (int length = 0; length < bytes.length; length++) {
                refusal(chain, Arrays.copyOf(bytes, length));
            }
            refusal(chain, Arrays.copyOf(bytes, bytes.length + 1));
        }
    }

    @Test
    void shouldRefuseAnotherVersionBeforeItReadsOn() throws NoSuchAlgorithmException {
        try (Chain chain = chain("counts")) {
            byte[] bytes = snapshotOf(chain);
            bytes[5] = 2;
            sign(bytes);
            assertEquals("snapshot has version 2: version 1 is read", refusal(chain, bytes));
        }
    }

    /** Whoever writes a fitting digest is no accident, and still gets an answer instead of an exception. */
    @Test
    void shouldRefuseLengthsThatDoNotFitEvenWithAGoodDigest() throws NoSuchAlgorithmException {
        try (Chain chain = chain("counts")) {
            for (int length : new int[] {-1, 0, 5, Integer.MAX_VALUE}) {
                byte[] bytes = snapshotOf(chain);
                ByteBuffer.wrap(bytes).putInt(24, length);
                sign(bytes);
                assertTrue(refusal(chain, bytes).startsWith("snapshot does not hold what its format says: "));
            }
            byte[] bytes = snapshotOf(chain);
            bytes[7] = 3;
            sign(bytes);
            assertTrue(refusal(chain, bytes).startsWith("snapshot does not hold"));
        }
    }

    private static void sign(byte[] bytes) throws NoSuchAlgorithmException {
        int end = bytes.length - 32;
        System.arraycopy(sha256(Arrays.copyOf(bytes, end)), 0, bytes, end, 32);
    }

    private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    /** Written down by hand from the layout: one plugin without globals, one page, two changed blocks. */
    @Test
    void shouldHaveTheDocumentedLayout() throws IOException, NoSuchAlgorithmException, DataFormatException {
        byte[] bytes;
        try (Chain chain = chain("counts")) {
            firstWordAfter(chain, 0);
            firstWordAfter(chain, 1);
            bytes = snapshotOf(chain);
        }
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(expected);
        body.writeUTF("counts");
        body.write(sha256(TestPlugins.counts()));
        body.writeUTF("");
        // A fresh instance is a page of zeros, no global, and a latency of 0.
        body.write(sha256(new byte[65_536 + 4]));
        body.writeByte(0);
        body.writeInt(3_840);
        body.writeInt(0);
        body.writeInt(0);
        body.writeInt(0);
        body.writeInt(65_536);
        // The frame's first word is in block 0, the count at 60,000 in block 468, bit 20 of word 7.
        for (int word = 0; word < 8; word++) {
            body.writeLong(word == 0 ? 1 : word == 7 ? 1L << 20 : 0);
        }
        body.write(ByteBuffer.allocate(128).put(0, (byte) 2).array());
        body.write(ByteBuffer.allocate(128).put(60_000 - 468 * 128, (byte) 2).array());

        byte[] header = ByteBuffer.allocate(28)
                .put("MCS1".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .putShort((short) 1)
                .putShort((short) 1)
                .putLong(3)
                .putLong(1)
                .putInt(expected.size())
                .array();
        assertArrayEquals(header, Arrays.copyOf(bytes, 28));
        Inflater inflater = new Inflater();
        inflater.setInput(bytes, 28, bytes.length - 60);
        byte[] inflated = new byte[expected.size() + 1];
        assertEquals(expected.size(), inflater.inflate(inflated));
        inflater.end();
        assertArrayEquals(expected.toByteArray(), Arrays.copyOf(inflated, expected.size()));
        assertArrayEquals(
                sha256(Arrays.copyOf(bytes, bytes.length - 32)),
                Arrays.copyOfRange(bytes, bytes.length - 32, bytes.length));
    }
}
