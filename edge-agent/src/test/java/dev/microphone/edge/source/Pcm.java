package dev.microphone.edge.source;

import dev.microphone.edge.SampleEncoding;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads sources and raw samples in tests. */
final class Pcm {
    private Pcm() {}

    static byte[] readAll(AudioSource source, int readLength) throws SourceException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] target = new byte[readLength];
        int read;
        while ((read = source.read(target, 0, readLength)) > 0) {
            all.write(target, 0, read);
        }
        return all.toByteArray();
    }

    /** Full scale is ±1. */
    static double[] decode(byte[] pcm, SampleEncoding encoding) {
        ByteBuffer buffer = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[pcm.length / encoding.bytesPerSample()];
        for (int i = 0; i < values.length; i++) {
            int at = i * encoding.bytesPerSample();
            values[i] = switch (encoding) {
                case U8 -> ((pcm[at] & 0xff) - 128) / 0x1p7;
                case S16 -> buffer.getShort(at) / 0x1p15;
                case S24 -> ((pcm[at] & 0xff) | (pcm[at + 1] & 0xff) << 8 | pcm[at + 2] << 16) / 0x1p23;
                case S32 -> buffer.getInt(at) / 0x1p31;
                case F32 -> buffer.getFloat(at);
                case F64 -> buffer.getDouble(at);
            };
        }
        return values;
    }

    static byte[] s16(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            buffer.putShort((short) value);
        }
        return buffer.array();
    }
}
