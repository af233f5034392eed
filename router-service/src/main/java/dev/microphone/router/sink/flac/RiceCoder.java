package dev.microphone.router.sink.flac;

import java.util.Arrays;

/**
 * Codes a residual in partitions, each with the Rice parameter that suits it (RFC 9639, section 9.2.7). {@link #plan}
 * decides and tells the cost, {@link #write} writes. One thread.
 */
final class RiceCoder {
    /** 32 partitions of 128 samples: as fine as {@code flac -5} goes. */
    private static final int MAX_PARTITION_ORDER = 5;

    private static final int MAX_PARAMETER = 30;
    /** The largest that the 4-bit code holds; 15 is its escape. */
    private static final int MAX_SHORT_PARAMETER = 14;

    private final int[] zigzag = new int[FlacEncoder.BLOCK_SAMPLES];
    private final long[] sums = new long[1 << MAX_PARTITION_ORDER];
    private final int[] parameters = new int[1 << MAX_PARTITION_ORDER];
    private final int[] bestParameters = new int[1 << MAX_PARTITION_ORDER];
    private int samples;
    private int predictorOrder;
    private int partitionOrder;

    /**
     * Chooses partitions and parameters.
     *
     * @param residual its first {@code predictorOrder} places are not used
     * @return bits that the residual takes, at most
     */
    long plan(int[] residual, int blockSamples, int orderOfPredictor) {
        samples = blockSamples;
        predictorOrder = orderOfPredictor;
        int order = finestOrder();
        sum(residual, order);
        long best = Long.MAX_VALUE;
        while (true) {
            long bits = chooseParameters(order);
            if (bits < best) {
                best = bits;
                partitionOrder = order;
                System.arraycopy(parameters, 0, bestParameters, 0, 1 << order);
            }
            if (order == 0) {
                return best;
            }
            order--;
            for (int i = 0; i < 1 << order; i++) {
                sums[i] = sums[2 * i] + sums[2 * i + 1];
            }
        }
    }

    private int finestOrder() {
        int order = MAX_PARTITION_ORDER;
        while (order > 0 && (samples % (1 << order) != 0 || samples >> order <= predictorOrder)) {
            order--;
        }
        return order;
    }

    private void sum(int[] residual, int order) {
        int partitionSamples = samples >> order;
        Arrays.fill(sums, 0);
        int position = predictorOrder;
        for (int partition = 0; partition < 1 << order; partition++) {
            int end = (partition + 1) * partitionSamples;
            long sum = 0;
            for (; position < end; position++) {
                int value = residual[position];
                int folded = (value << 1) ^ (value >> 31);
                zigzag[position] = folded;
                sum += folded & 0xffff_ffffL;
            }
            sums[partition] = sum;
        }
    }

    private long chooseParameters(int order) {
        long bits = 2 + 4;
        int largest = 0;
        for (int partition = 0; partition < 1 << order; partition++) {
            int count = (samples >> order) - (partition == 0 ? predictorOrder : 0);
            int parameter = 0;
            long cost = cost(count, sums[partition], 0);
            while (parameter < MAX_PARAMETER) {
                long next = cost(count, sums[partition], parameter + 1);
                if (next >= cost) {
                    break;
                }
                cost = next;
                parameter++;
            }
            parameters[partition] = parameter;
            largest = Math.max(largest, parameter);
            bits += cost;
        }
        return bits + ((long) parameterBits(largest) << order);
    }

    /** Never less than the true cost: the sum of quotients is at most the quotient of the sum. */
    private static long cost(int count, long sum, int parameter) {
        return count * (1L + parameter) + (sum >> parameter);
    }

    private static int parameterBits(int largest) {
        return largest > MAX_SHORT_PARAMETER ? 5 : 4;
    }

    void write(BitOutput out) {
        int largest = 0;
        for (int i = 0; i < 1 << partitionOrder; i++) {
            largest = Math.max(largest, bestParameters[i]);
        }
        int parameterBits = parameterBits(largest);
        out.write(parameterBits == 5 ? 1 : 0, 2);
        out.write(partitionOrder, 4);
        int partitionSamples = samples >> partitionOrder;
        int position = predictorOrder;
        for (int partition = 0; partition < 1 << partitionOrder; partition++) {
            int parameter = bestParameters[partition];
            out.write(parameter, parameterBits);
            int end = (partition + 1) * partitionSamples;
            for (; position < end; position++) {
                out.writeRice(zigzag[position], parameter);
            }
        }
    }
}
