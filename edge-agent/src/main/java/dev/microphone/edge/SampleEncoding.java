package dev.microphone.edge;

/** How one sample is stored. All encodings are little-endian. */
public enum SampleEncoding {
    /** Unsigned 8-bit, 128 is zero (WAV's 8-bit form). */
    U8(1, 8),
    /** Signed 16-bit. */
    S16(2, 16),
    /** Signed 24-bit, packed in three bytes. */
    S24(3, 24),
    /** Signed 32-bit; also 24-bit left-justified in 32, as I2S microphones deliver it. */
    S32(4, 32),
    /** IEEE 754 single precision, full scale ±1.0. */
    F32(4, 32),
    /** IEEE 754 double precision, full scale ±1.0. */
    F64(8, 64);

    private final int bytesPerSample;
    private final int bits;

    SampleEncoding(int bytesPerSample, int bits) {
        this.bytesPerSample = bytesPerSample;
        this.bits = bits;
    }

    public int bytesPerSample() {
        return bytesPerSample;
    }

    public int bits() {
        return bits;
    }
}
