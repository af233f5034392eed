package dev.microphone.edge.dsp;

/**
 * Minimum of the last {@code length} values, in constant time a value (D. Lemire, "Streaming maximum-minimum filter",
 * Nordic Journal of Computing 13, 2006): only values that can still become the minimum are kept, in rising order.
 */
final class SlidingMinimum {
    private final int length;
    private final int mask;
    private final float[] values;
    private final long[] positions;
    private int head;
    private int size;
    private long position;

    SlidingMinimum(int length) {
        this.length = length;
        int capacity = Integer.highestOneBit(length) * 2;
        this.mask = capacity - 1;
        this.values = new float[capacity];
        this.positions = new long[capacity];
    }

    float add(float value) {
        if (size > 0 && positions[head] <= position - length) {
            head = (head + 1) & mask;
            size--;
        }
        while (size > 0 && values[(head + size - 1) & mask] >= value) {
            size--;
        }
        int tail = (head + size) & mask;
        values[tail] = value;
        positions[tail] = position;
        size++;
        position++;
        return values[head];
    }
}
