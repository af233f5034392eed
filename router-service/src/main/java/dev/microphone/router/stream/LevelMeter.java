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
    private static final VarHandle FOUR_SAMPLES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
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
    private long sumOfSquares;
    private int largest;

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
        int highest = 0;
        double frameMeanSquare = 0;
        if (!frame.has(FrameFlags.DIGITAL_SILENCE)) {
            measure(frame);
            highest = largest;
            frameMeanSquare = (double) sumOfSquares * CanonicalAudio.BYTES_PER_SAMPLE / frame.pcmLength();
        }
        meanSquare += (frameMeanSquare - meanSquare) * rmsShares[durationIndex];
        peak = Math.max(highest, peak * peakDecays[durationIndex]);
    }

    /** Four samples a step in independent sums: a quarter of the time that one sample a step takes. */
    private void measure(Frame frame) {
        byte[] bytes = frame.bytes();
        int end = frame.pcmOffset() + frame.pcmLength();
        long firstSum = 0;
        long secondSum = 0;
        int firstLargest = 0;
        int secondLargest = 0;
        for (int i = frame.pcmOffset(); i < end; i += Long.BYTES) {
            long four = (long) FOUR_SAMPLES.get(bytes, i);
            int a = (short) four;
            int b = (short) (four >> 16);
            int c = (short) (four >> 32);
            int d = (short) (four >> 48);
            firstSum += (a * a + b * b) & 0xffff_ffffL;
            secondSum += (c * c + d * d) & 0xffff_ffffL;
            firstLargest = Math.max(firstLargest, Math.max(Math.abs(a), Math.abs(b)));
            secondLargest = Math.max(secondLargest, Math.max(Math.abs(c), Math.abs(d)));
        }
        sumOfSquares = firstSum + secondSum;
        largest = Math.max(firstLargest, secondLargest);
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
