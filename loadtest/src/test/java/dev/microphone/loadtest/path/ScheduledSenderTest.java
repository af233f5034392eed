package dev.microphone.loadtest.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduledSenderTest {
    private static final long FRAME_NS = 20_000_000;

    /** Takes frames while it has room, and remembers when each was due. */
    private static final class RecordingPath implements FramePath {
        private final List<Long> dueNs = new ArrayList<>();
        private boolean hasRoom = true;

        @Override
        public boolean send(int stream, long sequence, long frameDueNs, long sentNs) {
            if (hasRoom) {
                dueNs.add(frameDueNs);
            }
            return hasRoom;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public Arrivals arrivals() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long lost() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private final RecordingPath path = new RecordingPath();
    private final Schedule schedule = Schedule.live(5);
    private long nowNs;

    private ScheduledSender sender(long frames) {
        return new ScheduledSender(path, schedule, 0, frames, () -> nowNs);
    }

    @Test
    void shouldSendEachStreamOnceAFrameWhenTimeGoesOn() {
        ScheduledSender sender = sender(10);
        assertEquals(0, sender.doWork(), "nothing is due at the start");

        nowNs = FRAME_NS;
        assertEquals(5, sender.doWork());
        nowNs = 2 * FRAME_NS;
        assertEquals(5, sender.doWork());

        assertTrue(sender.isDone());
        for (int stream = 0; stream < 5; stream++) {
            assertEquals(FRAME_NS, path.dueNs.get(stream + 5) - path.dueNs.get(stream));
        }
    }

    @Test
    void shouldKeepTheMomentsAtWhichFramesWereDueWhenThePathHadNoRoom() {
        ScheduledSender sender = sender(5);
        path.hasRoom = false;
        nowNs = FRAME_NS;
        sender.doWork();
        assertFalse(sender.isDone());

        path.hasRoom = true;
        nowNs = 10 * FRAME_NS;
        sender.doWork();

        assertTrue(sender.isDone());
        assertTrue(path.dueNs.stream().allMatch(dueNs -> dueNs < FRAME_NS), path.dueNs.toString());
    }
}
