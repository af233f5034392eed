package dev.microphone.transport.frame;

/** The one form audio has inside the system: 48 kHz, signed 16-bit little-endian, stereo interleaved. */
public final class CanonicalAudio {
    public static final int SAMPLE_RATE_HZ = 48_000;
    public static final int CHANNELS = 2;
    public static final int BYTES_PER_SAMPLE = 2;
    /** Bytes of one sample of both channels. */
    public static final int BLOCK_LENGTH = CHANNELS * BYTES_PER_SAMPLE;
    /** 20 ms: long enough that headers and calls cost little, short enough for a live conversation. */
    public static final int DEFAULT_FRAME_MILLIS = 20;

    public static final int MAX_SAMPLES_PER_CHANNEL = 960;

    private CanonicalAudio() {}

    /** @return whether frames may last that long: 5, 10 or 20 ms */
    public static boolean isFrameMillis(int frameMillis) {
        return frameMillis == 5 || frameMillis == 10 || frameMillis == 20;
    }

    /** @return samples of one channel in a frame of 5, 10 or 20 ms: 240, 480 or 960 */
    public static int samplesPerChannel(int frameMillis) {
        if (!isFrameMillis(frameMillis)) {
            throw new IllegalArgumentException("frame duration " + frameMillis + " ms: allowed are 5, 10 and 20 ms");
        }
        return SAMPLE_RATE_HZ / 1000 * frameMillis;
    }
}
