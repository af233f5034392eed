package dev.microphone.router.stream;

import dev.microphone.transport.frame.CanonicalAudio;
import dev.microphone.transport.frame.Frame;
import dev.microphone.transport.frame.FrameFlags;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A stream's level as a meter shows it: RMS over about 300 ms (as a VU meter, IEC 60268-17), and a peak that falls by
 * 20 dB in 1.7 s (IEC 60268-10, type I). Both channels together. Owned by the router's thread.
 */
final class LevelMeter {
    private static final VarHandle SAMPLES =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double FULL_SCALE = 32_768;
    private static final double RMS_WINDOW_MS = 300;
    private static final double PEAK_FALL_DB_PER_MS = 20 / 1_700.0;
    /** What is shown for digital silence: below the quietest that 16 bits hold. */
    private static final double FLOOR_DBFS = -120;

    private static final int SHORTEST_FRAME_MILLIS = 5;
    /** By frames of 5, 10, 15 and 20 ms: no power or exponential is computed per frame. */
    private final double[] rmsShares = new double[4];

    private final double[] peakDecays = new double[4];
    private double meanSquare;
    private double peak;

    LevelMeter() {
        for (int i = 0; i < rmsShares.length; i++) {
            int millis = (i + 1) * SHORTEST_FRAME_MILLIS;
            rmsShares[i] = 1 - Math.exp(-millis / RMS_WINDOW_MS);
            peakDecays[i] = Math.pow(10, -millis * PEAK_FALL_DB_PER_MS / 20);
        }
    }

    void onFrame(Frame frame) {
        int durationIndex =
                frame.samplesPerChannel() / (CanonicalAudio.SAMPLE_RATE_HZ / 1_000 * SHORTEST_FRAME_MILLIS) - 1;
        long sumOfSquares = 0;
        int highest = 0;
        int lowest = 0;
        if (!frame.has(FrameFlags.DIGITAL_SILENCE)) {
            byte[] bytes = frame.bytes();
            // Equal channels: one tells it all.
            int step = frame.has(FrameFlags.DUAL_MONO) ? CanonicalAudio.BLOCK_LENGTH : CanonicalAudio.BYTES_PER_SAMPLE;
            int end = frame.pcmOffset() + frame.pcmLength();
            for (int i = frame.pcmOffset(); i < end; i += step) {
                int sample = (short) SAMPLES.get(bytes, i);
                sumOfSquares += (long) sample * sample;
                highest = Math.max(highest, sample);
                lowest = Math.min(lowest, sample);
            }
            int counted = frame.pcmLength() / step;
            meanSquare += ((double) sumOfSquares / counted - meanSquare) * rmsShares[durationIndex];
        } else {
            meanSquare -= meanSquare * rmsShares[durationIndex];
        }
        peak = Math.max(Math.max(highest, -lowest), peak * peakDecays[durationIndex]);
    }

    /** Of the largest sample, 0 at full scale. */
    double peak() {
        return peak;
    }

    double meanSquare() {
        return meanSquare;
    }

    static double peakDbfs(double peak) {
        return decibels(20, peak / FULL_SCALE);
    }

    /** Relative to a full-scale square wave: a full-scale sine is at -3 dBFS. */
    static double rmsDbfs(double meanSquare) {
        return decibels(10, meanSquare / (FULL_SCALE * FULL_SCALE));
    }

    private static double decibels(double factor, double ratio) {
        return ratio <= 0 ? FLOOR_DBFS : Math.max(FLOOR_DBFS, factor * Math.log10(ratio));
    }
}
