package dev.microphone.transport.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.microphone.transport.frame.GapDetector.Verdict;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GapDetectorTest {
    private final GapDetector detector = new GapDetector();

    private Verdict offer(long epoch, long sequence) {
        Verdict verdict = detector.classify(epoch, sequence);
        if (verdict != Verdict.DUPLICATE) {
            detector.accept(epoch, sequence);
        }
        return verdict;
    }

    @Test
    void shouldCallFramesInOrderNext() {
        for (int sequence = 0; sequence < 5_000; sequence++) {
            assertEquals(Verdict.NEXT, offer(1, sequence));
        }
    }

    @Test
    void shouldCountWhatIsMissingBeforeAFrameBehindAGap() {
        offer(1, 0);

        assertEquals(4, detector.missingBefore(1, 5));
        assertEquals(Verdict.GAP, offer(1, 5));
        assertEquals(0, detector.missingBefore(1, 6));
        assertEquals(Verdict.NEXT, offer(1, 6));
    }

    @Test
    void shouldTellALateFrameFromADuplicate() {
        offer(1, 0);
        offer(1, 3);

        assertEquals(Verdict.LATE, offer(1, 1));
        assertEquals(Verdict.DUPLICATE, offer(1, 1));
        assertEquals(Verdict.LATE, offer(1, 2));
        assertEquals(Verdict.DUPLICATE, offer(1, 3));
        assertEquals(Verdict.NEXT, offer(1, 4));
    }

    @Test
    void shouldChangeNothingUntilTheFrameIsAccepted() {
        offer(1, 0);
        for (int i = 0; i < 3; i++) {
            assertEquals(Verdict.NEXT, detector.classify(1, 1));
        }
    }

    @Test
    void shouldStartAgainWithANewEpochAndRefuseTheOldOne() {
        offer(1, 0);
        offer(1, 1);

        assertEquals(Verdict.NEXT, offer(2, 0));
        assertEquals(Verdict.DUPLICATE, offer(1, 2));
        assertEquals(Verdict.GAP, detector.classify(3, 10));
        assertEquals(10, detector.missingBefore(3, 10));
    }

    @Test
    void shouldCallWhatIsOlderThanItsMemoryADuplicate() {
        offer(1, 0);
        offer(1, 5_000);

        assertEquals(Verdict.DUPLICATE, offer(1, 5_000 - GapDetector.WINDOW));
        assertEquals(Verdict.LATE, offer(1, 5_001 - GapDetector.WINDOW));
    }

    /** Against a set that never forgets, over jumps, repeats and late frames inside the window. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldAgreeWithASetThatRemembersEverything(long seed) {
        Random random = new Random(seed);
        Set<Long> model = new HashSet<>();
        long newest = -1;
        for (int i = 0; i < 200_000; i++) {
            long sequence = Math.max(0, newest - GapDetector.WINDOW + 1 + random.nextInt(GapDetector.WINDOW + 6));
            if (random.nextInt(500) == 0) {
                sequence += random.nextInt(3_000);
            }
            Verdict expected = model.contains(sequence)
                    ? Verdict.DUPLICATE
                    : sequence < newest ? Verdict.LATE : sequence == newest + 1 ? Verdict.NEXT : Verdict.GAP;
            if (i > 0) {
                assertEquals(expected, detector.classify(7, sequence), "frame " + i + " sequence " + sequence);
            }
            detector.accept(7, sequence);
            model.add(sequence);
            newest = Math.max(newest, sequence);
        }
    }
}
