package dev.microphone.processor;

import dev.microphone.processor.chain.SnapshotRejectedException;
import java.nio.ByteBuffer;

/**
 * A stream's far end as bytes, for another processor to go on with. Any thread that owns the {@link FarEnd}; allocates.
 *
 * <pre>
 *  0  i64  epoch of its frames
 *  8  i64  sequence of the last one that was taken
 * 16  i64  samples taken so far
 * 24  i64  capture time behind the last of them, nanoseconds since the Unix epoch
 * 32  i64  which of them the near end gets next
 * 40  u8   1: it gets them in a row; 0: it has to find its place first
 * 41  4…   those samples that are kept, both channels, the oldest first
 * </pre>
 *
 * Big-endian, samples as in a frame. All that is kept is written, up to 96,000 bytes: where the near end's clock steps
 * back, any of it may be asked for again.
 */
final class FarEndFormat {
    static final int HEADER_BYTES = 5 * Long.BYTES + 1;

    private FarEndFormat() {}

    static byte[] encode(FarEnd farEnd) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + farEnd.keptBytes());
        farEnd.writeTo(bytes);
        return bytes.array();
    }

    /** @throws SnapshotRejectedException when the bytes are no far end */
    static FarEnd decode(byte[] bytes) throws SnapshotRejectedException {
        FarEnd farEnd = new FarEnd();
        if (bytes.length < HEADER_BYTES || !farEnd.readFrom(ByteBuffer.wrap(bytes))) {
            throw new SnapshotRejectedException(
                    "a stream's far end does not hold what its format says: " + bytes.length + " bytes");
        }
        return farEnd;
    }
}
