package dev.microphone.loadtest.batch;

import dev.microphone.loadtest.plugin.NoisyHum;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** WAV files to be worked on: 48 kHz, 16 bits, all channels equal. */
final class SoundFiles {
    private static final int RATE_HZ = 48_000;
    private static final int REPEATED_SECONDS = 10;
    private static final int HEADER_LENGTH = 44;

    private SoundFiles() {}

    /**
     * Equally long ones.
     *
     * @param seconds of all together
     * @param channels 1 or 2
     */
    static List<Path> write(Path folder, int count, double seconds, int channels) throws IOException {
        Files.createDirectories(folder);
        byte[] sound = sound(channels);
        long samples = (long) (seconds * RATE_HZ / count);
        long length = samples * 2 * channels;
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path file = folder.resolve("sound-" + i + ".wav");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                out.write(header(length, channels));
                for (long written = 0; written < length; written += sound.length) {
                    out.write(sound, 0, (int) Math.min(sound.length, length - written));
                }
            }
            files.add(file);
        }
        return files;
    }

    private static byte[] sound(int channels) {
        byte[] stereo = NoisyHum.make(REPEATED_SECONDS);
        if (channels == 2) {
            return stereo;
        }
        byte[] mono = new byte[stereo.length / 2];
        for (int i = 0; i < mono.length; i += 2) {
            mono[i] = stereo[2 * i];
            mono[i + 1] = stereo[2 * i + 1];
        }
        return mono;
    }

    private static byte[] header(long dataLength, int channels) {
        return ByteBuffer.allocate(HEADER_LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt((int) (dataLength + HEADER_LENGTH - 8))
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) channels)
                .putInt(RATE_HZ)
                .putInt(RATE_HZ * 2 * channels)
                .putShort((short) (2 * channels))
                .putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII))
                .putInt((int) dataLength)
                .array();
    }
}
