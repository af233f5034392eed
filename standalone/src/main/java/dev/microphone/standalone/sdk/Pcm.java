package dev.microphone.standalone.sdk;

import dev.microphone.edge.source.AudioSource;
import dev.microphone.edge.source.WavSource;
import dev.microphone.router.sink.recording.AudioWriter;
import dev.microphone.router.sink.recording.FileOutput;
import dev.microphone.router.sink.wav.WavSink;
import dev.microphone.transport.frame.CanonicalAudio;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Canonical audio in memory: s16le, left and right in turn. */
final class Pcm {
    private static final int READ_LENGTH = 64 * 1024;

    private Pcm() {}

    /** @param wav of canonical form, such as a batch writes */
    static byte[] read(Path wav) throws IOException {
        ByteArrayOutputStream pcm = new ByteArrayOutputStream();
        byte[] buffer = new byte[READ_LENGTH];
        try (AudioSource source = WavSource.open(wav)) {
            for (int length = source.read(buffer, 0, READ_LENGTH);
                    length >= 0;
                    length = source.read(buffer, 0, READ_LENGTH)) {
                pcm.write(buffer, 0, length);
            }
        }
        return pcm.toByteArray();
    }

    static void write(byte[] pcm, Path wav) throws IOException {
        Files.deleteIfExists(wav);
        AudioWriter writer = WavSink.FORMAT.begin(new FileOutput(wav));
        try {
            writer.write(pcm, 0, pcm.length);
        } finally {
            writer.close();
        }
    }

    static int sample(byte[] pcm, int index) {
        return (short) ((pcm[2 * index] & 0xff) | (pcm[2 * index + 1] << 8));
    }

    static void put(byte[] pcm, int index, int sample) {
        pcm[2 * index] = (byte) sample;
        pcm[2 * index + 1] = (byte) (sample >> 8);
    }

    /** The left channel, full scale ±1.0. */
    static float[] left(byte[] pcm) {
        float[] samples = new float[pcm.length / CanonicalAudio.BLOCK_LENGTH];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = sample(pcm, 2 * i) / 32_768f;
        }
        return samples;
    }
}
