package dev.microphone.router.sink.flac;

import java.util.Arrays;

/** Bits, most significant first, into bytes that grow as needed and are kept for the next block. */
final class BitOutput {
    private byte[] bytes;
    private int length;
    private long pending;
    private int pendingBits;

    BitOutput(int initialLength) {
        bytes = new byte[initialLength];
    }

    void clear() {
        length = 0;
        pending = 0;
        pendingBits = 0;
    }

    /** The low bits of the value; 0 to 32 of them. */
    void write(long value, int bits) {
        pending = (pending << bits) | (value & ((1L << bits) - 1));
        pendingBits += bits;
        while (pendingBits >= Byte.SIZE) {
            pendingBits -= Byte.SIZE;
            put((byte) (pending >>> pendingBits));
        }
    }

    /** That many zeros and a one. */
    void writeUnary(int zeros) {
        int left = zeros;
        while (left >= Integer.SIZE) {
            write(0, Integer.SIZE);
            left -= Integer.SIZE;
        }
        write(0, left);
        write(1, 1);
    }

    /** A Rice code: the quotient in unary, the remainder in that many bits. */
    void writeRice(int zigzag, int parameter) {
        int quotient = zigzag >>> parameter;
        int bits = quotient + 1 + parameter;
        if (bits <= Integer.SIZE) {
            write((1L << parameter) | (zigzag & ((1L << parameter) - 1)), bits);
        } else {
            writeUnary(quotient);
            write(zigzag, parameter);
        }
    }

    void alignToByte() {
        if (pendingBits > 0) {
            write(0, Byte.SIZE - pendingBits);
        }
    }

    private void put(byte value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = value;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whole bytes written. */
    int length() {
        return length;
    }
}
