package dev.microphone.edge.dsp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Test signals, and what one does to look at them. Everything is seeded. */
final class Signals {
    private Signals() {}

    static float[] sine(double frequencyHz, int sampleRateHz, int samples, double amplitude) {
        float[] x = new float[samples];
        for (int i = 0; i < samples; i++) {
            x[i] = (float) (amplitude * Math.sin(2 * Math.PI * frequencyHz * i / sampleRateHz));
        }
        return x;
    }

    static float[] noise(int samples, double rmsDbfs, long seed) {
        Random random = new Random(seed);
        double rms = Math.pow(10, rmsDbfs / 20);
        float[] x = new float[samples];
        for (int i = 0; i < samples; i++) {
            x[i] = (float) (rms * random.nextGaussian());
        }
        return x;
    }

    /**
     * Sentences of 2 s with pauses of 1 s at 48 kHz: a voice of 130 Hz with its harmonics, four syllables a second.
     *
     * @param activeDbfs RMS over the sentences, pauses left out
     * @param noiseDbfs RMS of white noise under all of it
     */
    static float[] sentences(int seconds, double activeDbfs, double noiseDbfs, long seed) {
        float[] x = new float[seconds * 48_000];
        double power = 0;
        int active = 0;
        for (int i = 0; i < x.length; i++) {
            double t = i / 48_000.0;
            if (isPause(i)) {
                continue;
            }
            double voice = 0;
            for (int harmonic = 1; harmonic <= 20; harmonic++) {
                voice += Math.sin(2 * Math.PI * 130 * harmonic * t + harmonic * harmonic) / harmonic;
            }
            double syllable = Math.pow(Math.sin(Math.PI * 4 * t), 2);
            x[i] = (float) (voice * syllable);
            power += x[i] * x[i];
            active++;
        }
        float scale = (float) (Math.pow(10, activeDbfs / 20) / Math.sqrt(power / active));
        float[] noise = noise(x.length, noiseDbfs, seed);
        for (int i = 0; i < x.length; i++) {
            x[i] = x[i] * scale + noise[i];
        }
        return x;
    }

    static boolean isPause(int sample) {
        return sample % 144_000 >= 96_000;
    }

    static double rmsDbfs(float[] x, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) x[i] * x[i];
        }
        return 10 * Math.log10(sum / (to - from));
    }

    static byte[] f32(float[]... channels) {
        ByteBuffer buffer =
                ByteBuffer.allocate(channels.length * channels[0].length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < channels[0].length; i++) {
            for (float[] channel : channels) {
                buffer.putFloat(channel[i]);
            }
        }
        return buffer.array();
    }

    static byte[] s16(float[]... channels) {
        ByteBuffer buffer =
                ByteBuffer.allocate(channels.length * channels[0].length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < channels[0].length; i++) {
            for (float[] channel : channels) {
                buffer.putShort((short) Math.max(-32768, Math.min(32767, Math.round(channel[i] * 32768))));
            }
        }
        return buffer.array();
    }

    /** One channel of interleaved 16-bit stereo, full scale 1. */
    static float[] channel(byte[] s16le, int channel) {
        ByteBuffer buffer = ByteBuffer.wrap(s16le).order(ByteOrder.LITTLE_ENDIAN);
        float[] x = new float[s16le.length / 4];
        for (int i = 0; i < x.length; i++) {
            x[i] = buffer.getShort(i * 4 + channel * 2) / 32768f;
        }
        return x;
    }

    static float[] floats(byte[] f32le) {
        float[] x = new float[f32le.length / 4];
        ByteBuffer.wrap(f32le).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(x);
        return x;
    }
}
