package dev.microphone.standalone.batch;

import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.IOException;

/**
 * Leaves out a chain's run-up, and ends where the input ended: what comes out lies under what went in, sample by sample,
 * and is as long. Owned by the file's thread.
 */
final class AlignedOutput {
    private final AudioWriter writer;
    private long samplesToSkip;
    private long writtenSamples;

    /** @param delaySamples how much later the chain gives a sample than it takes it */
    AlignedOutput(AudioWriter writer, int delaySamples) {
        this.writer = writer;
        samplesToSkip = delaySamples;
    }

    /** Takes what the chain gave; at most so much that {@code endSamples} are written in all. */
    void write(byte[] pcm, int offset, int lengthBytes, long endSamples) throws IOException {
        long samples = lengthBytes / CanonicalAudio.BLOCK_LENGTH;
        long skipped = Math.min(samplesToSkip, samples);
        samplesToSkip -= skipped;
        long kept = Math.min(samples - skipped, endSamples - writtenSamples);
        if (kept > 0) {
            writer.write(
                    pcm,
                    offset + (int) skipped * CanonicalAudio.BLOCK_LENGTH,
                    (int) kept * CanonicalAudio.BLOCK_LENGTH);
            writtenSamples += kept;
        }
    }

    /** Samples per channel. */
    long writtenSamples() {
        return writtenSamples;
    }
}
