package dev.microphone.edge.dsp;

/**
 * Floats to signed 16-bit, interleaved stereo, with triangular dither.
 *
 * <p>Dither: the sum of two uniform random values, ±1 LSB in all, added before rounding. It makes the error independent
 * of the signal in mean and variance, so tones under one LSB stay audible and nothing distorts, for 4.8 dB more noise
 * (Lipshitz, Wannamaker, Vanderkooy, "Quantization and dither: a theoretical survey", JAES 40, 1992). Left and right get
 * independent dither, one plane gets one: both sides stay equal.
 *
 * <p>Digital silence stays digital silence: after 10 ms under −180 dBFS on all channels the dither is switched off until
 * a louder sample comes. A switched-off microphone thus gives zeros, not noise.
 *
 * <p>What lies over full scale is cut and counted.
 */
final class Quantiser {
    private static final float SILENCE = 1e-9f;
    private static final int SILENT_BLOCKS = 480;

    private final boolean dithered;
    private long random;
    /** Starts as after silence: a stream that begins with zeros begins with zeros. */
    private int silentBlocks = SILENT_BLOCKS;

    private long clippedSamples;

    Quantiser(boolean dithered, long seed) {
        this.dithered = dithered;
        // xorshift's only forbidden state is 0.
        this.random = seed == 0 ? 1 : seed;
    }

    long clippedSamples() {
        return clippedSamples;
    }

    /** One plane for both sides. */
    void quantise(float[] mono, int from, int count, byte[] target, int offset) {
        int at = offset;
        for (int i = from; i < from + count; i++, at += 4) {
            countSilence(Math.abs(mono[i]));
            int value = toInteger(mono[i]);
            put(target, at, value);
            put(target, at + 2, value);
        }
    }

    void quantise(float[] left, float[] right, int from, int count, byte[] target, int offset) {
        int at = offset;
        for (int i = from; i < from + count; i++, at += 4) {
            countSilence(Math.max(Math.abs(left[i]), Math.abs(right[i])));
            put(target, at, toInteger(left[i]));
            put(target, at + 2, toInteger(right[i]));
        }
    }

    private void countSilence(float magnitude) {
        silentBlocks = magnitude <= SILENCE ? Math.min(silentBlocks + 1, SILENT_BLOCKS) : 0;
    }

    private int toInteger(float sample) {
        double scaled = sample * 32768.0;
        if (dithered && silentBlocks < SILENT_BLOCKS) {
            scaled += triangular();
        }
        int value = (int) Math.floor(scaled + 0.5);
        if (value > Short.MAX_VALUE) {
            clippedSamples++;
            return Short.MAX_VALUE;
        }
        if (value < Short.MIN_VALUE) {
            clippedSamples++;
            return Short.MIN_VALUE;
        }
        return value;
    }

    /** Both halves of one draw of xorshift64* (Vigna, ACM TOMS 42, 2016), each uniform in ±0.5. */
    private double triangular() {
        random ^= random >>> 12;
        random ^= random << 25;
        random ^= random >>> 27;
        long draw = random * 0x2545_F491_4F6C_DD1DL;
        return ((int) (draw >>> 32) + (double) (int) draw) * 0x1p-32;
    }

    private static void put(byte[] target, int at, int value) {
        target[at] = (byte) value;
        target[at + 1] = (byte) (value >> 8);
    }
}
