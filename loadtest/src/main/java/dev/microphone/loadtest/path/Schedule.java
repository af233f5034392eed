package dev.microphone.loadtest.path;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * When each frame is due. Live streams do not start at the same moment: each has a random phase within the frame, the
 * same in every run. Evenly spaced frames would fall into step with the agents' sleeps and measure that instead.
 */
final class Schedule {
    private static final long FRAME_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** Room for any measurement here. */
    static final int MAX_STREAMS = 1_000;

    private static final long SEED = 20;

    private final long[] phasesNs;
    private final long frameNs;

    private Schedule(long[] phasesNs, long frameNs) {
        this.phasesNs = phasesNs;
        this.frameNs = frameNs;
    }

    /** Streams of 50 frames a second each. */
    static Schedule live(int streams) {
        long[] phasesNs = new Random(SEED).longs(streams, 0, FRAME_NS).toArray();
        Arrays.sort(phasesNs);
        return new Schedule(phasesNs, FRAME_NS);
    }

    /** Every frame is due at once. */
    static Schedule asFastAsPossible(int streams) {
        return new Schedule(new long[streams], 0);
    }

    int streams() {
        return phasesNs.length;
    }

    /** @return frames of all streams within that time */
    long framesWithin(double seconds) {
        long framesPerStream = (long) (seconds * 1e9 / FRAME_NS);
        return framesPerStream * phasesNs.length;
    }

    /** @return ns after the start */
    long dueNs(int stream, long sequence) {
        return sequence * frameNs + phasesNs[stream];
    }
}
