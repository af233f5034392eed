package dev.microphone.router.sink.flac;

import java.util.Arrays;

/** Encodes one channel of a block in the cheapest of the four ways (RFC 9639, section 9.2). One thread. */
final class SubframeEncoder {
    private static final int TYPE_CONSTANT = 0;
    private static final int TYPE_VERBATIM = 1;
    private static final int TYPE_FIXED = 0b001000;
    private static final int TYPE_LINEAR = 0b100000;
    private static final int MAX_FIXED_ORDER = 4;
    /** Shorter blocks do not pay for their coefficients. */
    private static final int MIN_LINEAR_SAMPLES = 64;

    private final int[] residual = new int[FlacEncoder.BLOCK_SAMPLES];
    private final long[] sums = new long[MAX_FIXED_ORDER + 1];
    private final RiceCoder fixedRice = new RiceCoder();
    private final RiceCoder linearRice = new RiceCoder();
    private final LinearPredictor predictor = new LinearPredictor();

    /** @param bits of a sample: 16, or 17 for a side channel */
    void encode(int[] signal, int samples, int bits, BitOutput out) {
        if (isConstant(signal, samples)) {
            writeType(TYPE_CONSTANT, out);
            out.write(signal[0], bits);
            return;
        }
        int order = bestFixedOrder(signal, samples);
        fixedResidual(signal, samples, order);
        long fixedBits = (long) order * bits + fixedRice.plan(residual, samples, order);
        long linearBits = samples < MIN_LINEAR_SAMPLES || !predictor.fit(signal, samples, bits)
                ? Long.MAX_VALUE
                : linearBits(signal, samples, bits);
        if (Math.min(fixedBits, linearBits) >= (long) samples * bits) {
            writeType(TYPE_VERBATIM, out);
            writeSamples(signal, samples, bits, out);
        } else if (linearBits < fixedBits) {
            writeType(TYPE_LINEAR | (predictor.order() - 1), out);
            writeSamples(signal, predictor.order(), bits, out);
            predictor.writeCoefficients(out);
            linearRice.write(out);
        } else {
            writeType(TYPE_FIXED | order, out);
            writeSamples(signal, order, bits, out);
            fixedRice.write(out);
        }
    }

    private long linearBits(int[] signal, int samples, int bits) {
        predictor.residual(signal, samples, residual);
        return predictor.headerBits(bits) + linearRice.plan(residual, samples, predictor.order());
    }

    private static boolean isConstant(int[] signal, int samples) {
        for (int i = 1; i < samples; i++) {
            if (signal[i] != signal[0]) {
                return false;
            }
        }
        return true;
    }

    private int bestFixedOrder(int[] signal, int samples) {
        if (samples <= MAX_FIXED_ORDER) {
            return 0;
        }
        Arrays.fill(sums, 0);
        for (int i = MAX_FIXED_ORDER; i < samples; i++) {
            int first = signal[i] - signal[i - 1];
            int before = signal[i - 1] - signal[i - 2];
            int beforeThat = signal[i - 2] - signal[i - 3];
            int oldest = signal[i - 3] - signal[i - 4];
            int second = first - before;
            int third = second - (before - beforeThat);
            int fourth = third - (before - 2 * beforeThat + oldest);
            sums[0] += Math.abs(signal[i]);
            sums[1] += Math.abs(first);
            sums[2] += Math.abs(second);
            sums[3] += Math.abs(third);
            sums[4] += Math.abs(fourth);
        }
        int best = 0;
        for (int order = 1; order <= MAX_FIXED_ORDER; order++) {
            if (sums[order] < sums[best]) {
                best = order;
            }
        }
        return best;
    }

    private void fixedResidual(int[] x, int samples, int order) {
        for (int i = order; i < samples; i++) {
            residual[i] = switch (order) {
                case 0 -> x[i];
                case 1 -> x[i] - x[i - 1];
                case 2 -> x[i] - 2 * x[i - 1] + x[i - 2];
                case 3 -> x[i] - 3 * x[i - 1] + 3 * x[i - 2] - x[i - 3];
                default -> x[i] - 4 * x[i - 1] + 6 * x[i - 2] - 4 * x[i - 3] + x[i - 4];
            };
        }
    }

    private static void writeType(int type, BitOutput out) {
        out.write((long) type << 1, 8);
    }

    private static void writeSamples(int[] signal, int count, int bits, BitOutput out) {
        for (int i = 0; i < count; i++) {
            out.write(signal[i], bits);
        }
    }
}
