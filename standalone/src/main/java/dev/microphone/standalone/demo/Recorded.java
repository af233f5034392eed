package dev.microphone.standalone.demo;

import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.WavSource;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Reads back what the system recorded. */
final class Recorded {
    private static final int READ_LENGTH = 64 * 1024;

    private Recorded() {}

    /** The left channel, full scale ±1.0. */
    static float[] left(Path wav) throws IOException {
        return fromS16le(read(wav), CanonicalAudio.BLOCK_LENGTH);
    }

    /** The first channel of 16-bit samples. */
    static float[] fromS16le(byte[] pcm, int blockLength) {
        float[] samples = new float[pcm.length / blockLength];
        for (int i = 0; i < samples.length; i++) {
            int at = i * blockLength;
            samples[i] = (short) ((pcm[at] & 0xff) | (pcm[at + 1] << 8)) / 32_768f;
        }
        return samples;
    }

    private static byte[] read(Path wav) throws IOException {
        ByteArrayOutputStream pcm = new ByteArrayOutputStream();
        byte[] buffer = new byte[READ_LENGTH];
        try (AudioSource source = WavSource.open(wav)) {
            int length = source.read(buffer, 0, READ_LENGTH);
            while (length >= 0) {
                pcm.write(buffer, 0, length);
                length = source.read(buffer, 0, READ_LENGTH);
            }
        }
        return pcm.toByteArray();
    }
}
