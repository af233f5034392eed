package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.FrameFlags;
import java.util.Arrays;

/** Cuts canonical audio into frames, and gives each its flags and capture time. */
final class FrameAssembler {
    private final CaptureClock clock;
    private final int flags;
    private final byte[] frame;
    private final byte[] silence;
    private int fill;
    private long emittedSamples;

    FrameAssembler(int frameMillis, boolean dualMono, CaptureClock clock) {
        this.clock = clock;
        this.flags = dualMono ? FrameFlags.DUAL_MONO : 0;
        int lengthBytes = CanonicalAudio.samplesPerChannel(frameMillis) * CanonicalAudio.BLOCK_LENGTH;
        this.frame = new byte[lengthBytes];
        this.silence = new byte[lengthBytes];
    }

    /** The frame being filled: write up to {@link #room} bytes at {@link #fill}, then {@link #advance}. */
    byte[] frame() {
        return frame;
    }

    int fill() {
        return fill;
    }

    int room() {
        return frame.length - fill;
    }

    void advance(int lengthBytes, CanonicalFrameHandler out) {
        fill += lengthBytes;
        if (fill == frame.length) {
            emit(out);
        }
    }

    void append(byte[] s16le, int offset, int lengthBytes, CanonicalFrameHandler out) {
        int at = offset;
        int end = offset + lengthBytes;
        while (at < end) {
            int count = Math.min(end - at, room());
            System.arraycopy(s16le, at, frame, fill, count);
            at += count;
            advance(count, out);
        }
    }

    /** Fills the last frame up with zeros. */
    void finish(CanonicalFrameHandler out) {
        if (fill > 0) {
            Arrays.fill(frame, fill, frame.length, (byte) 0);
            advance(room(), out);
        }
    }

    private void emit(CanonicalFrameHandler out) {
        fill = 0;
        long captureTimeNs = clock.captureTimeNs(emittedSamples);
        emittedSamples += frame.length / CanonicalAudio.BLOCK_LENGTH;
        boolean silent = Arrays.equals(frame, silence);
        out.onAudio(frame, 0, frame.length, silent ? flags | FrameFlags.DIGITAL_SILENCE : flags, captureTimeNs);
    }
}
