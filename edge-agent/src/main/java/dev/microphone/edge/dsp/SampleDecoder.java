package dev.microphone.edge.dsp;

import dev.microphone.edge.PcmFormat;
import dev.microphone.edge.SampleEncoding;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads one channel of interleaved PCM as float, full scale ±1.
 *
 * <p>Exact for up to 24 bits, left-justified or not; of 32-bit integers and doubles the 24 leading bits are kept (noise
 * at −150 dBFS). Float input may hold anything: what is not a number counts as silence, what lies far over full scale
 * is cut, and both are counted, so that no later stage meets infinities.
 */
final class SampleDecoder {
    /** Recorders legitimately write floats over full scale; +24 dB is more than any of them has a reason for. */
    static final float MAX_MAGNITUDE = 16f;

    /** −300 dBFS. What lies under it might be denormal, which makes filters up to 100 times slower. */
    private static final float NOTHING = 1e-15f;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private final SampleEncoding encoding;
    private final int blockLength;
    private long invalidSamples;

    SampleDecoder(PcmFormat format) {
        this.encoding = format.encoding();
        this.blockLength = format.blockLength();
    }

    /** Samples that were no number or more than 24 dB over full scale. */
    long invalidSamples() {
        return invalidSamples;
    }

    /** Reads {@code count} samples of the channel with index {@code channel} from 0. */
    void decode(byte[] pcm, int offset, int channel, float[] target, int count) {
        int at = offset + channel * encoding.bytesPerSample();
        int step = blockLength;
        switch (encoding) {
            case U8 -> {
                for (int i = 0; i < count; i++, at += step) {
                    target[i] = ((pcm[at] & 0xFF) - 128) * 0x1p-7f;
                }
            }
            case S16 -> {
                for (int i = 0; i < count; i++, at += step) {
                    target[i] = (short) SHORT.get(pcm, at) * 0x1p-15f;
                }
            }
            case S24 -> {
                for (int i = 0; i < count; i++, at += step) {
                    int value = (pcm[at] & 0xFF) | (pcm[at + 1] & 0xFF) << 8 | pcm[at + 2] << 16;
                    target[i] = value * 0x1p-23f;
                }
            }
            case S32 -> {
                for (int i = 0; i < count; i++, at += step) {
                    target[i] = (int) INT.get(pcm, at) * 0x1p-31f;
                }
            }
            case F32 -> {
                for (int i = 0; i < count; i++, at += step) {
                    target[i] = valid((float) FLOAT.get(pcm, at));
                }
            }
            case F64 -> {
                for (int i = 0; i < count; i++, at += step) {
                    target[i] = valid((float) (double) DOUBLE.get(pcm, at));
                }
            }
        }
    }

    private float valid(float sample) {
        float magnitude = Math.abs(sample);
        if (magnitude <= MAX_MAGNITUDE) {
            return magnitude < NOTHING ? 0f : sample;
        }
        invalidSamples++;
        return Float.isFinite(sample) ? Math.copySign(MAX_MAGNITUDE, sample) : 0f;
    }
}
