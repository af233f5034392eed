package dev.microphone.router;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.ClockQuality;
import dev.microphone.transport.frame.Frame;
import java.util.Random;

/** Makes frames for tests. */
public final class Frames {
    public static final int SAMPLES = CanonicalAudio.MAX_SAMPLES_PER_CHANNEL;
    public static final int PCM_LENGTH = SAMPLES * CanonicalAudio.BLOCK_LENGTH;

    private Frames() {}

    /** A frame whose samples follow from its stream, epoch and sequence: noise, full scale. */
    public static Frame frame(long streamId, long epoch, long sequence) {
        Frame frame = new Frame()
                .streamId(streamId)
                .epoch(epoch)
                .sequence(sequence)
                .captureTimeNs(sequence * 20_000_000L)
                .samplesPerChannel(SAMPLES)
                .flags(0)
                .keyId(0)
                .clockQuality(ClockQuality.FILE_POSITION);
        byte[] pcm = pcm(streamId, epoch, sequence);
        System.arraycopy(pcm, 0, frame.bytes(), frame.pcmOffset(), pcm.length);
        return frame.seal();
    }

    /** The samples of {@link #frame}. */
    public static byte[] pcm(long streamId, long epoch, long sequence) {
        byte[] pcm = new byte[PCM_LENGTH];
        new Random(streamId * 31 + epoch * 17 + sequence).nextBytes(pcm);
        return pcm;
    }
}
