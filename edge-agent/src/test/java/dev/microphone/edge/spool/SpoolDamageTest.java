package dev.microphone.edge.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a spool on disk whose files are torn or damaged. */
final class SpoolDamageTest extends SpoolFixture {
    @Test
    void shouldRecoverEveryWholeFrameWhereverTheLastWriteWasCutOff() throws IOException {
        SpooledRun run = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 3);
        spool.close();
        Path segment = onlySegment();
        byte[] whole = Files.readAllBytes(segment);
        int record = whole.length / 3;
        for (int length = whole.length - 1; length >= 2 * record; length -= length > 2 * record + 64 ? 11 : 1) {
            Files.write(segment, Arrays.copyOf(whole, length));
            assertEquals(
                    range(0, 2),
                    drain(open(true, SpoolLimits.defaults()).recover().get(0)),
                    "length " + length);
            spool.close();
        }
    }

    @Test
    void shouldNotDeliverAFrameInWhichABitHasFlipped() throws IOException {
        SpooledRun run = open(true, SpoolLimits.defaults()).begin(STREAM, 7);
        append(run, 0, 3);
        spool.close();
        Path segment = onlySegment();
        byte[] whole = Files.readAllBytes(segment);
        int record = whole.length / 3;
        for (int bit = 2 * record * Byte.SIZE; bit < whole.length * Byte.SIZE; bit += 101) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            Files.write(segment, flipped);
            assertEquals(
                    range(0, 2),
                    drain(open(true, SpoolLimits.defaults()).recover().get(0)),
                    "bit " + bit);
            spool.close();
        }
    }

    /** @param at of the record in the file, and behind that in the record, bytes */
    private static void damage(Path segment, int record, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int length = Integer.BYTES + Integer.reverseBytes(ByteBuffer.wrap(bytes).getInt(0));
        bytes[record * length + at] ^= 0x40;
        Files.write(segment, bytes);
    }

    @Test
    void shouldLoseOneFrameWhenABitHasFlippedInIt() throws IOException {
        append(open(true, SpoolLimits.defaults()).begin(STREAM, 7), 0, 10);
        spool.close();
        damage(onlySegment(), 4, 1_000);
        SpooledRun run = open(true, SpoolLimits.defaults()).recover().get(0);
        Frame next = new Frame();
        List<Long> behindGap = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        while (run.hasNext()) {
            if (run.next(next)) {
                sequences.add(next.sequence());
                if (next.has(FrameFlags.GAP_BEFORE)) {
                    behindGap.add(next.sequence());
                }
                run.sent();
            }
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 5L, 6L, 7L, 8L, 9L), sequences);
        assertEquals(List.of(5L), behindGap);
        assertEquals(1, dropped("spool_unreadable"));
    }

    @Test
    void shouldCountAllFramesBehindADamagedLengthAndGoOnWithTheNextSegment() throws IOException {
        append(open(true, SpoolLimits.defaults()).begin(STREAM, 7), 0, 600);
        spool.close();
        List<Path> segments = segments();
        assertEquals(3, segments.size());
        // 0x40 in the third byte of a length makes it 4 MiB.
        damage(segments.get(1), 3, 2);
        SpooledRun run = open(true, SpoolLimits.defaults()).recover().get(0);
        List<Long> sequences = drain(run);
        long first = sequences.stream()
                        .filter(sequence -> !sequences.contains(sequence + 1))
                        .findFirst()
                        .orElseThrow()
                + 1;
        long behind = sequences.stream()
                .filter(sequence -> sequence > first)
                .findFirst()
                .orElseThrow();
        assertEquals(range(0, first), sequences.subList(0, (int) first));
        assertEquals(range(behind, 600), sequences.subList((int) first, sequences.size()));
        assertTrue(behind - first > 200, first + " to " + behind);
        assertEquals(behind - first, dropped("spool_unreadable"));
        assertEquals(behind - first, run.lostFrames());
        assertEquals(1, errors.size(), errors.toString());
    }

    @Test
    void shouldBeDoneWithARunWhoseLastFrameCannotBeRead() throws IOException {
        append(open(true, SpoolLimits.defaults()).begin(STREAM, 7), 0, 10);
        spool.close();
        SpooledRun run = open(true, SpoolLimits.defaults()).recover().get(0);
        // After it was looked at.
        damage(onlySegment(), 9, 1_000);
        assertEquals(range(0, 9), drain(run));
        assertEquals(9, run.nextSequence());
        run.acknowledge(8);
        assertTrue(run.isEmpty());
        assertEquals(0, spool.frames());
        assertEquals(1, dropped("spool_unreadable"));
    }

    @Test
    void shouldBeDoneWithARunOfWhichOnlyAFrameIsLeftThatCannotBeRead() throws IOException {
        append(open(true, SpoolLimits.defaults()).begin(STREAM, 7), 0, 10);
        spool.close();
        SpooledRun run = open(true, SpoolLimits.defaults()).recover().get(0);
        damage(onlySegment(), 9, 1_000);
        run.acknowledge(8);
        assertEquals(List.of(), drain(run));
        assertTrue(run.isEmpty());
        assertEquals(0, spool.frames());
    }
}
