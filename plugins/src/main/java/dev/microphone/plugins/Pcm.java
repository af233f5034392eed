package dev.microphone.plugins;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** Canonical audio (48 kHz, s16le, stereo) made and looked at by tests and benchmarks. */
final class Pcm {
    static final int RATE_HZ = 48_000;
    static final int BYTES_PER_PAIR = 4;

    private Pcm() {}

    /** Both functions give a sample in steps of 16 bits at sample index i. */
    static byte[] stereo(int samples, IntToDoubleFunction left, IntToDoubleFunction right) {
        ByteBuffer bytes = ByteBuffer.allocate(samples * BYTES_PER_PAIR).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples; i++) {
            bytes.putShort(rounded(left.applyAsDouble(i))).putShort(rounded(right.applyAsDouble(i)));
        }
        return bytes.array();
    }

    private static short rounded(double x) {
        return (short) Math.max(-32768, Math.min(32767, Math.rint(x)));
    }

    /** Interleaved: left at even indices. */
    static short[] samples(byte[] pcm) {
        ShortBuffer buffer = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
        short[] samples = new short[buffer.remaining()];
        buffer.get(samples);
        return samples;
    }

    static short[] channel(byte[] pcm, int channel) {
        short[] all = samples(pcm);
        short[] one = new short[all.length / 2];
        for (int i = 0; i < one.length; i++) {
            one[i] = all[2 * i + channel];
        }
        return one;
    }

    static int largestDifference(byte[] left, byte[] right) {
        if (left.length != right.length) {
            throw new IllegalArgumentException(left.length + " and " + right.length + " bytes");
        }
        short[] a = samples(left);
        short[] b = samples(right);
        int largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    static double rms(short[] samples, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return Math.sqrt(sum / (to - from));
    }

    /**
     * Something like a voice: a gliding pitch of 90 to 220 Hz with harmonics through three formants, syllables with
     * pauses between, and noise below it.
     */
    static double[] speechLike(int samples, long seed) {
        Random random = new Random(seed);
        double[] voice = new double[samples];
        double[] formantsHz = {600, 1300, 2600};
        double phase = 0;
        for (int i = 0; i < samples; i++) {
            double seconds = (double) i / RATE_HZ;
            double pitchHz = 150 + 60 * Math.sin(2 * Math.PI * 0.7 * seconds + seed);
            phase += 2 * Math.PI * pitchHz / RATE_HZ;
            double syllable = Math.max(0, Math.sin(2 * Math.PI * 2.3 * seconds));
            double sum = 0;
            for (int harmonic = 1; harmonic <= 24; harmonic++) {
                double weight = 0;
                for (double formantHz : formantsHz) {
                    double distance = (harmonic * pitchHz - formantHz) / 250;
                    weight += Math.exp(-distance * distance);
                }
                sum += weight * Math.sin(harmonic * phase);
            }
            voice[i] = 2500 * syllable * sum + 300 * random.nextGaussian();
        }
        return voice;
    }

    /** A mono 16-bit WAV at 48 kHz, as a stereo stream of equal channels. */
    static byte[] dualMonoOfWav(Path wav) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(wav)).order(ByteOrder.LITTLE_ENDIAN);
        int format = find(file, "fmt ");
        if (file.getShort(format + 2) != 1 || file.getInt(format + 4) != RATE_HZ || file.getShort(format + 14) != 16) {
            throw new IOException(wav + " is not mono, 48 kHz, 16 bits");
        }
        int data = find(file, "data");
        int samples = Math.min(file.getInt(data - 4), file.limit() - data) / 2;
        return stereo(samples, i -> file.getShort(data + 2 * i), i -> file.getShort(data + 2 * i));
    }

    private static int find(ByteBuffer file, String chunk) throws IOException {
        for (int at = 12; at + 8 <= file.limit(); at += 8 + file.getInt(at + 4)) {
            byte[] name = new byte[4];
            file.get(at, name);
            if (new String(name, java.nio.charset.StandardCharsets.US_ASCII).equals(chunk)) {
                return at + 8;
            }
        }
        throw new IOException("no chunk " + chunk);
    }
}
