package dev.microphone.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.processor.chain.SnapshotRejectedException;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarEndTest {
    private static final int SAMPLES = 240;

    private final FarEnd farEnd = new FarEnd();

    /** Sample n of the far end is the number n. */
    private boolean play(long sequence, long captureTimeNs) {
        Frame frame = new Frame()
                .epoch(1)
                .sequence(sequence)
                .samplesPerChannel(SAMPLES)
                .captureTimeNs(captureTimeNs)
                .flags(FrameFlags.REFERENCE);
        for (int i = 0; i < SAMPLES; i++) {
            frame.buffer().putInt(frame.pcmOffset() + 4 * i, (int) sequence * SAMPLES + i);
        }
        return farEnd.accept(frame);
    }

    private int[] heardAt(long captureTimeNs, int samples) {
        Frame aligned =
                farEnd.align(new Frame().epoch(1).samplesPerChannel(samples).captureTimeNs(captureTimeNs));
        assertEquals(samples, aligned.samplesPerChannel());
        int[] heard = new int[samples];
        for (int i = 0; i < samples; i++) {
            heard[i] = aligned.buffer().getInt(aligned.pcmOffset() + 4 * i);
        }
        return heard;
    }

    private static int[] counting(int from, int samples) {
        int[] numbers = new int[samples];
        for (int i = 0; i < samples; i++) {
            numbers[i] = from + i;
        }
        return numbers;
    }

    private static long ns(long sample) {
        return Math.round(sample * 1e9 / 48_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {240, 480, 960})
    void shouldGiveTheSamplesOfTheSameTimeWhateverTheFrameDurations(int nearSamples) {
        int offset = 77;
        int played = 0;
        for (int near = 0; near < 200; near++) {
            long start = offset + (long) near * nearSamples;
            for (; played * (long) SAMPLES < start + nearSamples; played++) {
                assertTrue(play(played, ns(played * (long) SAMPLES)));
            }
            assertArrayEquals(counting((int) start, nearSamples), heardAt(ns(start), nearSamples), "frame " + near);
            assertEquals(0, farEnd.missingSamples());
        }
        assertEquals(0, farEnd.realignments());
    }

    @Test
    void shouldStayUnbrokenUnderJitter() {
        for (int i = 0; i < 100; i++) {
            play(i, ns(i * (long) SAMPLES) + (i % 3 - 1) * 200_000L);
            assertArrayEquals(
                    counting(i * SAMPLES, SAMPLES), i == 0 ? counting(0, SAMPLES) : heardAt(ns(i * 240L), SAMPLES));
            if (i == 0) {
                heardAt(ns(0) - 200_000L, SAMPLES);
            }
        }
        assertEquals(0, farEnd.realignments());
    }

    @ParameterizedTest
    @ValueSource(ints = {-300, -50, 50, 300})
    void shouldFollowAClockThatDriftsBySingleSamples(int partsPerMillion) {
        int last = -1;
        int slips = 0;
        double worst = 0;
        for (int i = 0; i < 20_000; i++) {
            long playedNs = Math.round(i * 5_000_000L * (1 + partsPerMillion / 1e6));
            play(i, playedNs);
            if (i < 20) {
                continue;
            }
            int near = i - 10;
            int[] heard = heardAt(near * 5_000_000L, SAMPLES);
            if (last >= 0 && heard[0] != last + 1) {
                slips++;
                assertEquals(1, Math.abs(heard[0] - last - 1));
            }
            last = heard[SAMPLES - 1];
            double ideal = near * 240.0 / (1 + partsPerMillion / 1e6);
            worst = Math.max(worst, Math.abs(heard[0] - ideal));
            assertEquals(0, farEnd.missingSamples());
        }
        double drifted = 20_000 * 240.0 * Math.abs(partsPerMillion) / 1e6;
        assertTrue(worst < 30, worst + " samples beside");
        assertTrue(slips > drifted - 30 && slips < drifted + 30, slips + " slips for " + drifted);
        assertEquals(0, farEnd.realignments());
    }

    @Test
    void shouldPutSilenceWhereFramesAreMissing() {
        play(0, ns(0));
        play(2, ns(2 * SAMPLES));
        assertArrayEquals(counting(0, SAMPLES), heardAt(ns(0), SAMPLES));
        assertArrayEquals(new int[SAMPLES], heardAt(ns(SAMPLES), SAMPLES));
        assertArrayEquals(counting(2 * SAMPLES, SAMPLES), heardAt(ns(2 * SAMPLES), SAMPLES));
        assertEquals(0, farEnd.realignments());
    }

    @Test
    void shouldCountWhatHasNotComeYetAndGoOnInPlaceWhenItCame() {
        play(0, ns(0));
        assertArrayEquals(counting(0, SAMPLES), heardAt(ns(0), SAMPLES));
        assertArrayEquals(new int[SAMPLES], heardAt(ns(SAMPLES), SAMPLES));
        assertEquals(SAMPLES, farEnd.missingSamples());
        play(1, ns(SAMPLES));
        play(2, ns(2 * SAMPLES));
        assertArrayEquals(counting(2 * SAMPLES, SAMPLES), heardAt(ns(2 * SAMPLES), SAMPLES));
        assertEquals(0, farEnd.missingSamples());
    }

    @Test
    void shouldJumpWhereTheSourceJumped() {
        long later = 3_000_000_000L;
        play(0, ns(0));
        heardAt(ns(0), SAMPLES);
        play(1, later);
        play(2, later + ns(SAMPLES));
        assertArrayEquals(counting(SAMPLES, SAMPLES), heardAt(later, SAMPLES));
        assertEquals(1, farEnd.realignments());
        long earlier = 1_000_000_000L;
        play(3, earlier);
        assertArrayEquals(counting(3 * SAMPLES, SAMPLES), heardAt(earlier, SAMPLES));
        assertArrayEquals(new int[SAMPLES], heardAt(later, SAMPLES), "what came before belongs to no time");
    }

    @Test
    void shouldBeSilentWhenTheTwoHaveNoClockInCommon() {
        play(0, 0);
        assertArrayEquals(new int[SAMPLES], heardAt(1_790_000_000_000_000_000L, SAMPLES));
        assertArrayEquals(new int[SAMPLES], heardAt(-1_790_000_000_000_000_000L, SAMPLES));
    }

    @Test
    void shouldTakeEachFrameOnceAndBeginAnewWithAnEpoch() {
        assertTrue(play(0, 0));
        assertFalse(play(0, 0));
        assertTrue(play(5, ns(5 * SAMPLES)));
        assertFalse(play(3, ns(3 * SAMPLES)), "late: its place is silence already");
        Frame restarted =
                new Frame().epoch(2).sequence(0).samplesPerChannel(SAMPLES).captureTimeNs(50);
        restarted.buffer().putInt(restarted.pcmOffset(), 9);
        assertTrue(farEnd.accept(restarted));
        assertEquals(9, heardAt(50, SAMPLES)[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100, 101, 250})
    void shouldGoOnFromItsBytesAsIfNothingHadHappened(int frames) throws SnapshotRejectedException {
        for (int i = 0; i < frames; i++) {
            play(i, ns(i * (long) SAMPLES));
        }
        heardAt(ns((frames - 1) * (long) SAMPLES) + 300_000, SAMPLES);
        FarEnd other = FarEndFormat.decode(FarEndFormat.encode(farEnd));
        assertArrayEquals(FarEndFormat.encode(farEnd), FarEndFormat.encode(other));
        Frame next = new Frame()
                .epoch(1)
                .sequence(frames)
                .samplesPerChannel(SAMPLES)
                .captureTimeNs(ns(frames * (long) SAMPLES));
        assertFalse(other.accept(new Frame().epoch(1).sequence(frames - 1).samplesPerChannel(SAMPLES)));
        assertTrue(other.accept(next));
        assertTrue(farEnd.accept(next));
        for (long backNs : new long[] {-300_000, 0, 200_000_000, 499_000_000}) {
            Frame near = new Frame().epoch(1).samplesPerChannel(960).captureTimeNs(ns(frames * 240L) - backNs);
            byte[] expected = farEnd.align(near).bytes().clone();
            assertArrayEquals(expected, other.align(near).bytes());
            assertEquals(farEnd.missingSamples(), other.missingSamples());
        }
    }

    @Test
    void shouldWriteTheSameBytesInEveryBuild() {
        Frame frame =
                new Frame().epoch(3).sequence(9).samplesPerChannel(SAMPLES).captureTimeNs(1_000_000_000L);
        frame.buffer().putInt(frame.pcmOffset(), 0x01020304);
        assertTrue(farEnd.accept(frame));
        assertEquals(
                "0000000000000003" + "0000000000000009" + "00000000000000f0" + "%016x".formatted(1_005_000_000L)
                        + "0000000000000000" + "00" + "04030201" + "00000000".repeat(SAMPLES - 1),
                HexFormat.of().formatHex(FarEndFormat.encode(farEnd)));
    }

    @Test
    void shouldRefuseBytesThatAreNoFarEnd() {
        play(0, 0);
        byte[] whole = FarEndFormat.encode(farEnd);
        byte[] neitherNorFollowing = whole.clone();
        neitherNorFollowing[FarEndFormat.HEADER_BYTES - 1] = 2;
        byte[] noEpoch = whole.clone();
        noEpoch[0] = -1;
        for (byte[] bytes : List.of(
                Arrays.copyOf(whole, 3),
                Arrays.copyOf(whole, whole.length - 1),
                Arrays.copyOf(whole, whole.length + 4),
                neitherNorFollowing,
                noEpoch)) {
            assertThrows(SnapshotRejectedException.class, () -> FarEndFormat.decode(bytes));
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Frame reference = new Frame().epoch(1).samplesPerChannel(SAMPLES);
        Frame near = new Frame().epoch(1).samplesPerChannel(SAMPLES);
        long allocated = 0;
        for (int i = 0; i < 20_000; i++) {
            long before = i < 10_000 ? 0 : threads.getCurrentThreadAllocatedBytes();
            farEnd.accept(reference.sequence(i).captureTimeNs(i * 5_000_000L));
            farEnd.align(near.sequence(i).captureTimeNs(i * 5_000_000L + 1_000));
            allocated += i < 10_000 ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(allocated < 10_000, allocated + " bytes in 10,000 frames");
    }
}
