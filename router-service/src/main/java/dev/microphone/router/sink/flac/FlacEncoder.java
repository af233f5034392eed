package dev.microphone.router.sink.flac;

/**
 * Encodes blocks of 16-bit stereo as FLAC frames (RFC 9639), about as small as {@code flac -5} makes them.
 *
 * <p>Per block the cheapest of left/right, left/side, side/right and mid/side, by the residual of a fixed second-order
 * predictor; per channel the cheapest of constant, fixed prediction of order 0 to 4, linear prediction of up to order 8,
 * and verbatim. Equal channels cost one: their side is constant. Nothing is allocated per block. One thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9639">RFC 9639</a>
 */
final class FlacEncoder {
    /** Samples per channel in a block: 85 ms. What {@code flac} chooses; shorter ones compress less. */
    static final int BLOCK_SAMPLES = 4096;

    static final int SAMPLE_BITS = 16;

    private static final int FIXED_BLOCK_SIZE_SYNC = 0xFFF8;
    private static final int CODE_4096_SAMPLES = 0b1100;
    private static final int CODE_16_BIT_BLOCK_SIZE = 0b0111;
    private static final int CODE_48_KHZ = 0b1010;
    private static final int CODE_16_BITS = 0b100;

    private final int[] left = new int[BLOCK_SAMPLES];
    private final int[] right = new int[BLOCK_SAMPLES];
    private final int[] mid = new int[BLOCK_SAMPLES];
    private final int[] side = new int[BLOCK_SAMPLES];
    private final SubframeEncoder subframes = new SubframeEncoder();
    private final BitOutput out = new BitOutput(BLOCK_SAMPLES * 4 + 64);

    /** Which two signals a frame carries; the code stands in its header. */
    private enum Channels {
        LEFT_RIGHT(0b0001),
        LEFT_SIDE(0b1000),
        SIDE_RIGHT(0b1001),
        MID_SIDE(0b1010);

        final int code;

        Channels(int code) {
            this.code = code;
        }
    }

    /**
     * Encodes one block; the frame is then in {@link #bytes()}.
     *
     * @param pcm s16le, stereo interleaved
     * @param samples per channel, 1 to {@link #BLOCK_SAMPLES}; fewer than that only in a stream's last block
     * @param frameNumber 0 for a stream's first block
     */
    void encode(byte[] pcm, int samples, long frameNumber) {
        split(pcm, samples);
        Channels channels = cheapest(samples);
        out.clear();
        writeHeader(channels, samples, frameNumber);
        switch (channels) {
            case LEFT_RIGHT -> writeSubframes(left, SAMPLE_BITS, right, SAMPLE_BITS, samples);
            case LEFT_SIDE -> writeSubframes(left, SAMPLE_BITS, side, SAMPLE_BITS + 1, samples);
            case SIDE_RIGHT -> writeSubframes(side, SAMPLE_BITS + 1, right, SAMPLE_BITS, samples);
            case MID_SIDE -> writeSubframes(mid, SAMPLE_BITS, side, SAMPLE_BITS + 1, samples);
        }
        out.alignToByte();
        out.write(Crc.crc16(out.bytes(), out.length()), 16);
    }

    private void split(byte[] pcm, int samples) {
        for (int i = 0; i < samples; i++) {
            int l = (pcm[4 * i] & 0xff) | (pcm[4 * i + 1] << 8);
            int r = (pcm[4 * i + 2] & 0xff) | (pcm[4 * i + 3] << 8);
            left[i] = l;
            right[i] = r;
            mid[i] = (l + r) >> 1;
            side[i] = l - r;
        }
    }

    private Channels cheapest(int samples) {
        long l = roughness(left, samples);
        long r = roughness(right, samples);
        long m = roughness(mid, samples);
        long s = roughness(side, samples);
        Channels best = Channels.LEFT_RIGHT;
        long least = l + r;
        if (l + s < least) {
            best = Channels.LEFT_SIDE;
            least = l + s;
        }
        if (r + s < least) {
            best = Channels.SIDE_RIGHT;
            least = r + s;
        }
        return m + s < least ? Channels.MID_SIDE : best;
    }

    private static long roughness(int[] signal, int samples) {
        long sum = 0;
        for (int i = 2; i < samples; i++) {
            sum += Math.abs(signal[i] - 2 * signal[i - 1] + signal[i - 2]);
        }
        return sum;
    }

    private void writeHeader(Channels channels, int samples, long frameNumber) {
        boolean isWhole = samples == BLOCK_SAMPLES;
        out.write(FIXED_BLOCK_SIZE_SYNC, 16);
        out.write(isWhole ? CODE_4096_SAMPLES : CODE_16_BIT_BLOCK_SIZE, 4);
        out.write(CODE_48_KHZ, 4);
        out.write(channels.code, 4);
        out.write(CODE_16_BITS, 3);
        out.write(0, 1);
        writeCodedNumber(frameNumber);
        if (!isWhole) {
            out.write(samples - 1, 16);
        }
        out.write(Crc.crc8(out.bytes(), out.length()), 8);
    }

    /** As UTF-8 codes a character, extended to 36 bits (RFC 9639, section 9.1.5). */
    private void writeCodedNumber(long number) {
        if (number < 0x80) {
            out.write(number, 8);
            return;
        }
        int continuationBytes = 1;
        while (number >>> (5 * continuationBytes + 6) != 0) {
            continuationBytes++;
        }
        int leadingOnes = continuationBytes + 1;
        int prefix = (0xff00 >>> leadingOnes) & 0xff;
        out.write(prefix | (number >>> (6 * continuationBytes)), 8);
        for (int i = continuationBytes - 1; i >= 0; i--) {
            out.write(0x80 | ((number >>> (6 * i)) & 0x3f), 8);
        }
    }

    private void writeSubframes(int[] first, int firstBits, int[] second, int secondBits, int samples) {
        subframes.encode(first, samples, firstBits, out);
        subframes.encode(second, samples, secondBits, out);
    }

    byte[] bytes() {
        return out.bytes();
    }

    /** Bytes of the frame encoded last. */
    int length() {
        return out.length();
    }
}
