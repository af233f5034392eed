package dev.microphone.edge.source;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * A device without hardware. Its bytes count up; what else a read meets is scripted by {@link #then}. When its samples
 * are used up it interrupts its reader, as whoever stops a capture does.
 */
final class ScriptedPcm implements AlsaPcm {
    private static final int PERIOD_FRAMES = 480;

    private final int blockLength;
    private final ByteBuffer buffer;
    private final ArrayDeque<Integer> results = new ArrayDeque<>();
    private long framesLeft;
    private byte next;
    int starts;
    int recoveries;
    int recoverResult;
    int closes;
    long timestampNs;
    long availableFrames = PERIOD_FRAMES;

    ScriptedPcm(int blockLength, long frames) {
        this.blockLength = blockLength;
        this.framesLeft = frames;
        this.buffer = ByteBuffer.allocateDirect(PERIOD_FRAMES * blockLength);
    }

    int periodFrames() {
        return PERIOD_FRAMES;
    }

    /** The next waits give these results, errors as negated errno. */
    ScriptedPcm then(int... waitResults) {
        for (int result : waitResults) {
            results.add(result);
        }
        return this;
    }

    @Override
    public int start() {
        starts++;
        return 0;
    }

    @Override
    public int await(int timeoutMillis) {
        Integer scripted = results.poll();
        if (scripted != null) {
            return scripted;
        }
        if (framesLeft == 0) {
            Thread.currentThread().interrupt();
            return 0;
        }
        return 1;
    }

    @Override
    public long timestampNs() {
        return timestampNs;
    }

    @Override
    public long availableFrames() {
        return availableFrames;
    }

    @Override
    public long read(long frames) {
        int count = (int) Math.min(frames, framesLeft);
        for (int i = 0; i < count * blockLength; i++) {
            buffer.put(i, next++);
        }
        framesLeft -= count;
        return count;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int recover(int error) {
        recoveries++;
        return recoverResult;
    }

    @Override
    public String describe(int error) {
        return "errno " + -error;
    }

    @Override
    public void close() {
        closes++;
    }
}
