package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import java.util.Arrays;

/** Interleaved PCM in, one plane of floats (both sides the same) or two (left, right) out. Keeps no state. */
final class ChannelMixer {
    private final SampleDecoder decoder;
    private final ChannelMatrix matrix;
    private final int planes;
    private final float[] decoded;

    ChannelMixer(PcmFormat format, ChannelMatrix matrix, int maxBlocks) {
        this.decoder = new SampleDecoder(format);
        this.matrix = matrix;
        this.planes = matrix.isMono() ? 1 : 2;
        this.decoded = new float[maxBlocks];
    }

    int planes() {
        return planes;
    }

    long invalidSamples() {
        return decoder.invalidSamples();
    }

    void mix(byte[] pcm, int offset, float[][] target, int count) {
        for (int plane = 0; plane < planes; plane++) {
            Arrays.fill(target[plane], 0, count, 0);
        }
        for (int channel = 0; channel < matrix.channels(); channel++) {
            float left = matrix.left(channel);
            float right = matrix.right(channel);
            if (left == 0 && right == 0) {
                continue;
            }
            decoder.decode(pcm, offset, channel, decoded, count);
            add(left, target[0], count);
            if (planes == 2) {
                add(right, target[1], count);
            }
        }
    }

    private void add(float gain, float[] target, int count) {
        if (gain != 0) {
            for (int i = 0; i < count; i++) {
                target[i] += gain * decoded[i];
            }
        }
    }
}
