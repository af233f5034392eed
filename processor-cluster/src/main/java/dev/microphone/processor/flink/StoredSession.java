package dev.microphone.processor.flink;

import dev.microphone.processor.chain.SnapshotRejectedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A stream in Flink's state: where it stood, and its chain's snapshot ({@link
 * dev.microphone.processor.chain.ChainSnapshotFormat}).
 *
 * <pre>
 *  0  u8   version, 1
 *  1  i64  epoch of the last frame that is covered
 *  9  i64  its sequence
 * 17  …    the snapshot
 * </pre>
 *
 * <p>The first 17 bytes are the same in every version, so that a stream keeps its place where its chain's state cannot be
 * read.
 */
final class StoredSession {
    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 1 + 2 * Long.BYTES;

    private StoredSession() {}

    static byte[] of(long epoch, long sequence, byte[] snapshot) {
        return ByteBuffer.allocate(HEADER_BYTES + snapshot.length)
                .put(VERSION)
                .putLong(epoch)
                .putLong(sequence)
                .put(snapshot)
                .array();
    }

    /** Whether it says where the stream stood. */
    static boolean hasPlace(byte[] stored) {
        return stored.length >= HEADER_BYTES && epoch(stored) >= 0 && sequence(stored) >= 0;
    }

    static long epoch(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1);
    }

    static long sequence(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1 + Long.BYTES);
    }

    /** @throws SnapshotRejectedException when another version of Microphone wrote it */
    static byte[] snapshot(byte[] stored) throws SnapshotRejectedException {
        if (stored[0] != VERSION) {
            throw new SnapshotRejectedException("a stream's state has version " + stored[0] + ": version " + VERSION
                    + " is read; its chain begins anew, at the same place of the stream");
        }
        return Arrays.copyOfRange(stored, HEADER_BYTES, stored.length);
    }
}
