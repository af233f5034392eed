package dev.microphone.edge.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.microphone.transport.frame.FrameFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an agent finds in its spool when it starts again. */
final class LiveFirstRestartTest extends LiveFirstScenario {
    @Test
    void shouldSendWhatAnEarlierProcessLeftBehindTheNewRun() throws IOException {
        open(LIVE_FIRST, true);
        backlogOf10Seconds();
        capture(7, 50, 0);
        sender.onClose();
        open(LIVE_FIRST, true);
        sequence = 0;
        capture(9, 1, 0);
        expectBehind(9, 650);
    }

    /** The new run goes at once; all of the old one goes behind. */
    private void expectBehind(long newEpoch, long oldFrames) {
        int first = connections.size();
        work(50);
        FakeNode live = connections.get(first);
        assertEquals(List.of(STREAM + " " + newEpoch + " 0 1"), live.hellos);
        FakeNode behind = connections.get(first + 1);
        live.owns(ID, newEpoch, -1, 4, "");
        work(5);
        assertEquals(range(0, 1), live.framesOf(ID));
        long covered = -1;
        while (behind.framesOf(BEHIND).size() < oldFrames) {
            int before = behind.framesOf(BEHIND).size();
            behind.owns(BEHIND, 7, covered, 4, "");
            work(1_500);
            List<Long> sent = behind.framesOf(BEHIND);
            assertTrue(sent.size() > before, sent.size() + " of " + oldFrames + ": " + behind.hellos);
            covered = sent.get(sent.size() - 1);
            behind.acknowledges(BEHIND, 7, covered, 4);
            work(20);
        }
        assertEquals(range(0, oldFrames), behind.framesOf(BEHIND));
        assertEquals(1, frames());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void shouldLoseNothingWhereverItWasKilledAsItSetFramesAside(int steps) throws IOException {
        open(LIVE_FIRST, true);
        backlogOf10Seconds();
        sender.onClose();
        // The steps: the mark, the new run's folder, its name, its first segment.
        String run = String.format("%016x-7", ID);
        Path next = folder.resolve(run + "-600");
        assertTrue(Files.exists(next.resolve("name")));
        if (steps == 4) {
            Files.write(next.resolve("0000000000000000.frames"), new byte[3]);
        }
        if (steps < 3) {
            Files.delete(next.resolve("name"));
        }
        if (steps < 2) {
            Files.delete(next);
        }
        if (steps < 1) {
            Files.delete(folder.resolve(run).resolve("behind"));
        }
        open(LIVE_FIRST, true);
        sequence = 0;
        capture(9, 1, 0);
        expectBehind(9, 600);
        work(50);
        assertEquals(List.of(String.format("%016x-9", ID)), runFolders().toList());
    }

    @Test
    void shouldKeepBehindWhatWasSetAsideWhenTheStreamGoesInOrderFromNowOn() throws IOException {
        open(LIVE_FIRST, true);
        backlogOf10Seconds();
        sender.onClose();
        open(LiveFirst.none(), true);
        sequence = 0;
        capture(9, 1, 0);
        expectBehind(9, 600);
    }

    @Test
    void shouldNotHoldTheNextRunUpForFarEndFramesWithoutTheirNearEnd() throws IOException {
        open(LiveFirst.none(), true);
        capture(7, 10, 0);
        capture(7, 4, FrameFlags.REFERENCE);
        sender.onClose();
        open(LiveFirst.none(), true);
        sequence = 0;
        capture(9, 1, 0);
        work(50);
        newest().owns(ID, 7, -1, 4, "");
        work(20);
        newest().acknowledges(ID, 7, 9, 4);
        work(20);
        assertEquals(STREAM + " 9 0 1", newest().hellos.get(newest().hellos.size() - 1));
    }

    @Test
    void shouldNotHoldTheNextRunUpWhenAPowerCutTookFramesThatTheNodeHas() throws IOException {
        open(LiveFirst.none(), true);
        capture(7, 10, 0);
        sender.onClose();
        open(LiveFirst.none(), true);
        sequence = 0;
        capture(9, 1, 0);
        work(50);
        newest().owns(ID, 7, 25, 4, "");
        newest().acknowledges(ID, 7, 25, 4);
        work(20);
        assertEquals(STREAM + " 9 0 1", newest().hellos.get(newest().hellos.size() - 1));
    }
}
