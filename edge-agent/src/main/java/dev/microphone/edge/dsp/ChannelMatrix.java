package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import java.util.Arrays;

/**
 * How much of each source channel goes to the left and to the right.
 *
 * <p>More than two channels are mixed down by Recommendation ITU-R BS.775-3, annex 4, table 2 (3/2 to 2/0): the fronts
 * at 1, the centre at 0.7071 (−3 dB) to both, the surrounds at 0.7071 to their side, one surround in the middle at 0.5
 * to both. The recommendation ends at five channels; beyond them, side and back surrounds and heights of one side all
 * count as surrounds of that side, and the fronts "of centre" as fronts. Both sides are then divided by the larger sum
 * of gains where that is over 1 (for 5.1: 2.414), so that full scale on all channels does not clip.
 *
 * <p>The low-frequency channel is left out, as the recommendation lets one: it carries only effects that the main
 * channels must not need, at 10 dB above their level, and a small speaker turns it into distortion.
 *
 * <p>Positions come from the format's channel mask. Without one, by the number of channels: 1 FC; 2 FL FR; 3 FL FR FC;
 * 4 FL FR BL BR; 5 FL FR FC BL BR; 6 as 5.1: FL FR FC LFE BL BR; 7 as 6.1: FL FR FC LFE BC SL SR; 8 as 7.1: FL FR FC LFE
 * BL BR SL SR. Channels beyond the mask's bits have no position and stay unheard, bits beyond the channels are ignored
 * (both as WAVEFORMATEXTENSIBLE states). Where nothing would be heard, all channels go to both sides alike. One channel
 * goes to both sides whatever its position is: there is nothing to be placed beside.
 */
final class ChannelMatrix {
    private static final float MINUS_3_DB = (float) Math.sqrt(0.5);
    private static final int[] DEFAULT_MASKS = {0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F};

    private static final int LOW_FREQUENCY = 0x8;
    private static final int FRONTS_LEFT = 0x1 | 0x40;
    private static final int FRONTS_RIGHT = 0x2 | 0x80;
    private static final int CENTRES = 0x4 | 0x2000;
    private static final int SURROUNDS_LEFT = 0x10 | 0x200 | 0x1000 | 0x8000;
    private static final int SURROUNDS_RIGHT = 0x20 | 0x400 | 0x4000 | 0x20000;
    private static final int SURROUNDS_MIDDLE = 0x100 | 0x800 | 0x10000;

    private final float[] left;
    private final float[] right;

    private ChannelMatrix(int channels) {
        left = new float[channels];
        right = new float[channels];
    }

    static ChannelMatrix of(PcmFormat format, ChannelMapping mapping) {
        ChannelMatrix matrix = new ChannelMatrix(format.channels());
        int chosen = mapping.chosenChannel();
        if (chosen > format.channels()) {
            throw new IllegalArgumentException(
                    "channel " + chosen + ": the source has " + format.channels() + " (they count from 1)");
        }
        if (chosen > 0) {
            matrix.set(chosen - 1, 1, 1);
        } else if (format.channels() == 1) {
            matrix.set(0, 1, 1);
        } else {
            int mask = format.channelMask() == 0 ? DEFAULT_MASKS[format.channels() - 1] : format.channelMask();
            matrix.place(mask);
        }
        return matrix;
    }

    float left(int channel) {
        return left[channel];
    }

    float right(int channel) {
        return right[channel];
    }

    int channels() {
        return left.length;
    }

    /** Whether both sides are the same by construction. */
    boolean isMono() {
        return Arrays.equals(left, right);
    }

    /** Whether each side is one channel as it is, so that no bit is lost. */
    boolean isExact() {
        return singleChannel(left) >= 0 && singleChannel(right) >= 0;
    }

    /** Whether left and right are the two channels of the source as they are. */
    boolean isIdentity() {
        return left.length == 2 && singleChannel(left) == 0 && singleChannel(right) == 1;
    }

    private static int singleChannel(float[] gains) {
        int single = -1;
        for (int channel = 0; channel < gains.length; channel++) {
            if (gains[channel] == 1 && single < 0) {
                single = channel;
            } else if (gains[channel] != 0) {
                return -1;
            }
        }
        return single;
    }

    private void set(int channel, float toLeft, float toRight) {
        left[channel] = toLeft;
        right[channel] = toRight;
    }

    private void place(int mask) {
        int rest = mask;
        for (int channel = 0; channel < left.length && rest != 0; channel++) {
            int position = Integer.lowestOneBit(rest);
            rest ^= position;
            set(channel, gain(position, FRONTS_LEFT, SURROUNDS_LEFT), gain(position, FRONTS_RIGHT, SURROUNDS_RIGHT));
        }
        float largest = Math.max(sum(left), sum(right));
        if (largest == 0) {
            for (int channel = 0; channel < left.length; channel++) {
                set(channel, 1f / left.length, 1f / left.length);
            }
        } else if (largest > 1) {
            for (int channel = 0; channel < left.length; channel++) {
                set(channel, left[channel] / largest, right[channel] / largest);
            }
        }
    }

    private static float gain(int position, int fronts, int surrounds) {
        if ((position & LOW_FREQUENCY) != 0) {
            return 0;
        }
        if ((position & fronts) != 0) {
            return 1;
        }
        if ((position & (surrounds | CENTRES)) != 0) {
            return MINUS_3_DB;
        }
        return (position & SURROUNDS_MIDDLE) != 0 ? 0.5f : 0;
    }

    private static float sum(float[] gains) {
        float sum = 0;
        for (float gain : gains) {
            sum += gain;
        }
        return sum;
    }
}
