package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;

/**
 * What the normaliser does beside changing the format.
 *
 * @param frameMillis duration of one frame: 5, 10 or 20 ms
 * @param channelMapping which channels are heard on which side
 * @param dcBlocker takes away a constant offset and what lies under 5 Hz
 * @param dither true: triangular noise of ±1 LSB wherever bits are lost, and only there; false: plain rounding
 * @param ditherSeed the same seed and input give the same output, bit for bit
 * @param agc gain control and limiter
 */
public record NormaliserSettings(
        int frameMillis,
        ChannelMapping channelMapping,
        boolean dcBlocker,
        boolean dither,
        long ditherSeed,
        AgcSettings agc) {
    private static final long DEFAULT_DITHER_SEED = 0x9E37_79B9_7F4A_7C15L;

    public NormaliserSettings {
        if (!CanonicalAudio.isFrameMillis(frameMillis)) {
            throw new IllegalArgumentException("frame duration " + frameMillis + " ms: allowed are 5, 10 and 20 ms");
        }
    }

    /** For live capture: DC blocker (cheap microphones have large offsets), dither and gain control are on. */
    public static NormaliserSettings defaults() {
        return new NormaliserSettings(
                CanonicalAudio.DEFAULT_FRAME_MILLIS,
                ChannelMapping.AUTO,
                true,
                true,
                DEFAULT_DITHER_SEED,
                AgcSettings.on());
    }

    /** For files: what is 48 kHz, 16 bits and stereo already comes out bit for bit; levels are left alone. */
    public static NormaliserSettings forFiles() {
        return defaults().withDcBlocker(false).withAgc(AgcSettings.off());
    }

    public NormaliserSettings withFrameMillis(int newFrameMillis) {
        return new NormaliserSettings(newFrameMillis, channelMapping, dcBlocker, dither, ditherSeed, agc);
    }

    public NormaliserSettings withChannelMapping(ChannelMapping newChannelMapping) {
        return new NormaliserSettings(frameMillis, newChannelMapping, dcBlocker, dither, ditherSeed, agc);
    }

    public NormaliserSettings withDcBlocker(boolean newDcBlocker) {
        return new NormaliserSettings(frameMillis, channelMapping, newDcBlocker, dither, ditherSeed, agc);
    }

    public NormaliserSettings withDither(boolean newDither) {
        return new NormaliserSettings(frameMillis, channelMapping, dcBlocker, newDither, ditherSeed, agc);
    }

    public NormaliserSettings withAgc(AgcSettings newAgc) {
        return new NormaliserSettings(frameMillis, channelMapping, dcBlocker, dither, ditherSeed, newAgc);
    }
}
