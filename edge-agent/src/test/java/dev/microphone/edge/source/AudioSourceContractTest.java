package dev.microphone.edge.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What holds for every source. */
abstract class AudioSourceContractTest {
    private static final int WARM_UP_READS = 2_000;
    private static final int MEASURED_READS = 10_000;

    /** A source of at least 1,000 blocks that ends, the same each time. */
    abstract AudioSource open() throws SourceException;

    /** The same kind of source, of at least 12,000 blocks. */
    abstract AudioSource openLong() throws SourceException;

    @Test
    void shouldDeliverWholeBlocksWhenTheLengthIsNotAMultipleOfOne() throws SourceException {
        try (AudioSource source = open()) {
            int blockLength = source.format().blockLength();
            int read = source.read(new byte[10 * blockLength], 0, 4 * blockLength - 1);
            assertTrue(read > 0 && read < 4 * blockLength && read % blockLength == 0, "read " + read);
        }
    }

    @Test
    void shouldWriteOnlyWhereItWasAskedTo() throws SourceException {
        try (AudioSource source = open()) {
            int blockLength = source.format().blockLength();
            byte[] target = new byte[20 * blockLength];
            Arrays.fill(target, (byte) 0x5a);
            int offset = 5 * blockLength + 1;
            int read = source.read(target, offset, 7 * blockLength);
            assertTrue(read > 0);
            for (int i = 0; i < target.length; i++) {
                if (i < offset || i >= offset + 7 * blockLength) {
                    assertEquals(0x5a, target[i], "byte " + i);
                }
            }
        }
    }

    @Test
    void shouldDeliverTheSameBytesHoweverTheyAreAskedFor() throws SourceException {
        byte[] inBlocks;
        byte[] inBulk;
        try (AudioSource source = open()) {
            inBlocks = Pcm.readAll(source, source.format().blockLength());
        }
        try (AudioSource source = open()) {
            inBulk = Pcm.readAll(source, 4_096 + source.format().blockLength());
            assertTrue(inBulk.length >= 1_000 * source.format().blockLength());
        }
        assertArrayEquals(inBulk, inBlocks);
    }

    @Test
    void shouldStayAtTheEndWhenReadAgain() throws SourceException {
        try (AudioSource source = open()) {
            Pcm.readAll(source, 8_192);
            byte[] target = new byte[8_192];
            assertEquals(-1, source.read(target, 0, target.length));
            assertEquals(-1, source.read(target, 0, target.length));
        }
    }

    @Test
    void shouldStateItsLengthWhenItKnowsIt() throws SourceException {
        try (AudioSource source = open()) {
            long stated = source.lengthSamples();
            long found = Pcm.readAll(source, 8_192).length / source.format().blockLength();
            assertTrue(
                    stated == AudioSource.UNKNOWN_LENGTH || stated == found, stated + " stated, " + found + " found");
        }
    }

    @Test
    void shouldLetCaptureTimeNeverGoBack() throws SourceException {
        try (AudioSource source = open()) {
            byte[] target = new byte[16 * source.format().blockLength()];
            long lastNs = Long.MIN_VALUE;
            while (source.read(target, 0, target.length) > 0) {
                assertTrue(source.captureTimeNs() >= lastNs);
                lastNs = source.captureTimeNs();
            }
        }
    }

    @Test
    void shouldCloseTwice() throws SourceException {
        AudioSource source = open();
        source.close();
        source.close();
    }

    @Test
    void shouldAllocateNothingPerRead() throws SourceException {
        try (AudioSource source = openLong()) {
            byte[] target = new byte[source.format().blockLength()];
            for (int i = 0; i < WARM_UP_READS; i++) {
                assertTrue(source.read(target, 0, target.length) > 0);
            }
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED_READS; i++) {
                source.read(target, 0, target.length);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MEASURED_READS, allocated + " bytes in " + MEASURED_READS + " reads");
        }
    }
}
