package dev.microphone.processor.chain;

import dev.microphone.processor.wasm.PluginLimits;
import dev.microphone.processor.wasm.PluginOrigin;
import dev.microphone.processor.wasm.PluginSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A chain's snapshot as bytes. Any thread; allocates.
 *
 * <pre>
 *  0  4 bytes   magic, "MCS1"
 *  4  u16       version, 1
 *  6  u16       plugins
 *  8  u64       epoch of the last frame that was processed
 * 16  i64       its sequence; -1 before the first
 * 24  i32       length of what follows, uncompressed
 * 28  zlib      for each plugin:
 *                 UTF       as the chain names it
 *                 32 bytes  SHA-256 of the module
 *                 UTF       parameters, key=value lines
 *                 32 bytes  SHA-256 of a fresh instance: memory, mutable globals, latency
 *                 u8        1: left out, nothing follows; 0: its state:
 *                 i32       length of the frames for which the host has asked the plugin for a place; -1: none yet
 *                 i32       that place
 *                 i32, i64… mutable globals: how many, values in the module's order
 *                 i32, i64… data segments dropped: words, a bit for each segment
 *                 i32       length of the memory
 *                 i64…      a bit for each block of 128 bytes that differs from the fresh instance's (from zeros
 *                           behind its end), the lowest bit first
 *                 128 …     those blocks
 * at the end: 32 bytes, SHA-256 of all before
 * </pre>
 *
 * Big-endian; UTF as {@link java.io.DataOutput#writeUTF} has it. The digest finds damage; it is no signature: who may
 * write a snapshot may give a plugin any state, inside its sandbox.
 */
public final class ChainSnapshotFormat {
    private static final int MAGIC = 0x4d435331;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 28;
    private static final int DIGEST_BYTES = 32;
    /** Of the plugins' states together: what {@link ChainSpec#MAX_PLUGINS} plugins at the default limit could fill. */
    private static final int MAX_BODY_BYTES = 256 << 20;

    private ChainSnapshotFormat() {}

    public static byte[] encode(ChainSnapshot snapshot) {
        byte[] body = body(snapshot);
        byte[] packed = new byte[HEADER_BYTES + DIGEST_BYTES + body.length + body.length / 1_000 + 64];
        ByteBuffer.wrap(packed)
                .putInt(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) snapshot.plugins())
                .putLong(snapshot.epoch())
                .putLong(snapshot.sequence())
                .putInt(body.length);
        // The states are mostly floats: a higher level takes twice the time for 2 % less.
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        int length = HEADER_BYTES;
        try {
            deflater.setInput(body);
            deflater.finish();
            while (!deflater.finished()) {
                length += deflater.deflate(packed, length, packed.length - length);
            }
        } finally {
            deflater.end();
        }
        byte[] bytes = new byte[length + DIGEST_BYTES];
        System.arraycopy(packed, 0, bytes, 0, length);
        System.arraycopy(sha256(bytes, length), 0, bytes, length, DIGEST_BYTES);
        return bytes;
    }

    private static byte[] body(ChainSnapshot snapshot) {
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) snapshot.changedBytes() + 4_096);
        try (DataOutputStream out = new DataOutputStream(body)) {
            for (int i = 0; i < snapshot.plugins(); i++) {
                ChainSnapshot.Part part = snapshot.part(i);
                PluginOrigin origin = part.state().origin();
                out.writeUTF(part.reference());
                out.write(HexFormat.of().parseHex(origin.moduleDigest()));
                out.writeUTF(origin.parameters());
                out.write(HexFormat.of().parseHex(origin.freshDigest()));
                out.writeBoolean(snapshot.isBypassed(i));
                if (!snapshot.isBypassed(i)) {
                    part.state().writeTo(out);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("an array takes every byte", e);
        }
        return body.toByteArray();
    }

    /** @throws SnapshotRejectedException when the bytes are torn, damaged, of another version, or no snapshot at all */
    public static ChainSnapshot decode(byte[] bytes) throws SnapshotRejectedException {
        if (bytes.length < HEADER_BYTES + DIGEST_BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
            throw new SnapshotRejectedException("is not a chain's snapshot: " + bytes.length + " bytes");
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).position(Integer.BYTES);
        int version = Short.toUnsignedInt(header.getShort());
        if (version != VERSION) {
            throw new SnapshotRejectedException(
                    "snapshot has version " + version + ": version " + VERSION + " is read");
        }
        int end = bytes.length - DIGEST_BYTES;
        if (!Arrays.equals(sha256(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw new SnapshotRejectedException("snapshot is damaged: its digest does not fit its " + end + " bytes");
        }
        int plugins = Short.toUnsignedInt(header.getShort());
        ChainSnapshot snapshot = new ChainSnapshot();
        snapshot.position(header.getLong(), header.getLong());
        try {
            readBody(inflate(bytes, end, header.getInt()), plugins, snapshot);
        } catch (IOException | DataFormatException e) {
            throw new SnapshotRejectedException("snapshot does not hold what its format says: " + e.getMessage());
        }
        return snapshot;
    }

    private static byte[] inflate(byte[] bytes, int end, int length) throws IOException, DataFormatException {
        if (length < 0 || length > MAX_BODY_BYTES) {
            throw new IOException(length + " bytes of state: allowed are 0 to " + MAX_BODY_BYTES);
        }
        byte[] body = new byte[length];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, HEADER_BYTES, end - HEADER_BYTES);
            int inflated = inflater.inflate(body);
            // A body of no bytes ends only when asked for one more.
            if (inflated != length || inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw new IOException("not " + length + " bytes of state");
            }
        } finally {
            inflater.end();
        }
        return body;
    }

    private static void readBody(byte[] body, int plugins, ChainSnapshot snapshot) throws IOException {
        if (plugins > ChainSpec.MAX_PLUGINS) {
            throw new IOException(plugins + " plugins: allowed are up to " + ChainSpec.MAX_PLUGINS);
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        for (int i = 0; i < plugins; i++) {
            String reference = in.readUTF();
            String moduleDigest = hex(in);
            PluginOrigin origin = new PluginOrigin(moduleDigest, in.readUTF(), hex(in));
            boolean bypassed = in.readBoolean();
            PluginSnapshot state = bypassed
                    ? PluginSnapshot.of(origin)
                    : PluginSnapshot.readFrom(in, origin, PluginLimits.MAX_MEMORY_BYTES);
            snapshot.add(new ChainSnapshot.Part(reference, state), bypassed);
        }
        if (in.available() > 0) {
            throw new IOException(in.available() + " bytes too many");
        }
    }

    private static String hex(DataInputStream in) throws IOException {
        byte[] digest = new byte[DIGEST_BYTES];
        in.readFully(digest);
        return HexFormat.of().formatHex(digest);
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
