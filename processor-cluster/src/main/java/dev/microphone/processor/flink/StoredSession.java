package dev.microphone.processor.flink;

import dev.microphone.processor.chain.SnapshotRejectedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A stream in Flink's state: where it stood, its far end, and its chain's snapshot ({@link
 * dev.microphone.processor.chain.ChainSnapshotFormat}).
 *
 * <pre>
 *  0  u8   version, 2
 *  1  i64  epoch of the last frame that is covered
 *  9  i64  its sequence
 * 17  i32  length of the far end; 0: none has come
 * 21  …    the far end ({@link dev.microphone.processor.StreamSession#farEnd})
 *     …    the snapshot
 * </pre>
 *
 * <p>The first 17 bytes are the same in every version, so that a stream keeps its place where its chain's state cannot be
 * read. In version 1, which is read too, the snapshot follows them: an echo canceller then finds its far end anew.
 */
final class StoredSession {
    private static final byte VERSION = 2;
    private static final byte WITHOUT_FAR_END = 1;
    private static final int PLACE_BYTES = 1 + 2 * Long.BYTES;
    private static final int FAR_END_AT = PLACE_BYTES + Integer.BYTES;

    private StoredSession() {}

    /** @param farEnd empty: none has come */
    static byte[] of(long epoch, long sequence, byte[] farEnd, byte[] snapshot) {
        return ByteBuffer.allocate(FAR_END_AT + farEnd.length + snapshot.length)
                .put(VERSION)
                .putLong(epoch)
                .putLong(sequence)
                .putInt(farEnd.length)
                .put(farEnd)
                .put(snapshot)
                .array();
    }

    /** Whether it says where the stream stood. */
    static boolean hasPlace(byte[] stored) {
        return stored.length >= PLACE_BYTES && epoch(stored) >= 0 && sequence(stored) >= 0;
    }

    static long epoch(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1);
    }

    static long sequence(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(1 + Long.BYTES);
    }

    /**
     * Empty: none has come, or it is not known.
     *
     * @throws SnapshotRejectedException when another version of Microphone wrote it, or it is torn
     */
    static byte[] farEnd(byte[] stored) throws SnapshotRejectedException {
        return stored[0] == WITHOUT_FAR_END ? new byte[0] : Arrays.copyOfRange(stored, FAR_END_AT, snapshotAt(stored));
    }

    /** @throws SnapshotRejectedException when another version of Microphone wrote it, or it is torn */
    static byte[] snapshot(byte[] stored) throws SnapshotRejectedException {
        return Arrays.copyOfRange(stored, snapshotAt(stored), stored.length);
    }

    private static int snapshotAt(byte[] stored) throws SnapshotRejectedException {
        if (stored[0] == WITHOUT_FAR_END) {
            return PLACE_BYTES;
        }
        if (stored[0] != VERSION) {
            throw new SnapshotRejectedException("a stream's state has version " + stored[0] + ": versions "
                    + WITHOUT_FAR_END + " and " + VERSION + " are read; its chain begins anew, at the same place of the"
                    + " stream");
        }
        int farEndLength =
                stored.length < FAR_END_AT ? -1 : ByteBuffer.wrap(stored).getInt(PLACE_BYTES);
        if (farEndLength < 0 || farEndLength > stored.length - FAR_END_AT) {
            throw new SnapshotRejectedException(
                    "a stream's state is torn: a far end of " + farEndLength + " bytes in " + stored.length);
        }
        return FAR_END_AT + farEndLength;
    }
}
