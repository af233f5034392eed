package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;

/**
 * How the channels of a source become two.
 *
 * @param chosenChannel 0: by the speaker positions of the source's format ({@link #AUTO}); 1 to 8: that channel alone,
 *     counted from 1 as people and sound cards do, on both sides
 */
public record ChannelMapping(int chosenChannel) {
    /** Mono to both sides, stereo as it is, more channels mixed down by ITU-R BS.775. */
    public static final ChannelMapping AUTO = new ChannelMapping(0);

    public ChannelMapping {
        if (chosenChannel < 0 || chosenChannel > PcmFormat.MAX_CHANNELS) {
            throw new IllegalArgumentException(
                    "channel " + chosenChannel + ": allowed are 1 to " + PcmFormat.MAX_CHANNELS + ", and 0 for all");
        }
    }

    /**
     * Takes one channel and drops the others. For microphone arrays, and for I2S microphones that fill one half of a
     * stereo pair.
     *
     * @param channel 1 to 8
     */
    public static ChannelMapping only(int channel) {
        if (channel == 0) {
            throw new IllegalArgumentException("channel 0: channels count from 1");
        }
        return new ChannelMapping(channel);
    }
}
