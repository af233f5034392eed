package dev.microphone.loadtest.path;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Sends frames at the moments of a schedule, whatever the path does: when it falls behind, the frames that are late keep
 * the moment at which they were due (no coordinated omission).
 */
final class ScheduledSender implements Agent {
    /** As many as fit before other work of the thread would have its turn. */
    private static final int BURST = 16;

    private final FramePath path;
    private final Schedule schedule;
    private final NanoClock clock;
    private final long startNs;
    private final long frames;

    private volatile long sent;

    /** @param frames how many in all */
    ScheduledSender(FramePath path, Schedule schedule, long startNs, long frames, NanoClock clock) {
        this.path = path;
        this.schedule = schedule;
        this.clock = clock;
        this.startNs = startNs;
        this.frames = frames;
    }

    @Override
    public int doWork() {
        long next = sent;
        long end = Math.min(frames, next + BURST);
        int work = 0;
        while (next < end) {
            int stream = (int) (next % schedule.streams());
            long sequence = next / schedule.streams();
            long dueNs = startNs + schedule.dueNs(stream, sequence);
            long nowNs = clock.nanoTime();
            if (nowNs < dueNs || !path.send(stream, sequence, dueNs, nowNs)) {
                break;
            }
            next++;
            work++;
        }
        sent = next;
        return work;
    }

    long sent() {
        return sent;
    }

    boolean isDone() {
        return sent == frames;
    }

    @Override
    public String roleName() {
        return "scheduled-sender";
    }
}
