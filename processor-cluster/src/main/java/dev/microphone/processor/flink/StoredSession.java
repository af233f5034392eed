package dev.microphone.processor.flink;

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

    /** @throws IllegalStateException when a later version of Microphone wrote it */
    static long epoch(byte[] stored) {
        if (stored.length < HEADER_BYTES || stored[0] != VERSION) {
            throw new IllegalStateException("a stream's state has version " + (stored.length == 0 ? "none" : stored[0])
                    + ": version " + VERSION + " is read; restore it with the version that wrote it");
        }
        return ByteBuffer.wrap(stored).getLong(1);
    }

    static long sequence(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1 + Long.BYTES);
    }

    static byte[] snapshot(byte[] stored) {
        return Arrays.copyOfRange(stored, HEADER_BYTES, stored.length);
    }
}
