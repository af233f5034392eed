package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;
import java.util.Arrays;

/**
 * Keeps the true peak at or under −3 dBFS, at 48 kHz, in place, with a look-ahead of 3 ms.
 *
 * <p>For each sample the gain that the waveform around it needs is held for the look-ahead (sliding minimum), recovers
 * with 80 ms, and is averaged over the look-ahead. The average of values that are all low enough is low enough: so the
 * gain has come down, in a straight line and without a click, when the peak arrives, and the ceiling holds by
 * construction, not by luck. One gain for all channels.
 *
 * <p>Delay: {@link #DELAY_SAMPLES}, 3.5 ms.
 */
final class PeakLimiter {
    private static final int LOOK_AHEAD = 144;
    static final int DELAY_SAMPLES = LOOK_AHEAD - 1 + TruePeak.HALF;
    /** For what 8 times oversampling misses, and for the little that a moving gain adds between samples. */
    private static final double MARGIN_DB = 0.2;

    private static final float CEILING = (float) Math.pow(10, (AgcSettings.PEAK_CEILING_DBFS - MARGIN_DB) / 20);
    private static final float LOUD = CEILING / TruePeak.MAX_OVERSHOOT;
    private static final double RECOVERY_SECONDS = 0.08;
    private static final double RECOVERY = 1 - Math.exp(-1 / (RECOVERY_SECONDS * CanonicalAudio.SAMPLE_RATE_HZ));
    /** The running sum is of integers, so it stays exact for years. */
    private static final double ONE = 1 << 30;

    /** From here on the recovery is over: 0.000001 dB. */
    private static final double FULL = 1 - 1e-7;

    private static final double AVERAGE_SCALE = 1 / (ONE * LOOK_AHEAD);
    private static final int HISTORY = DELAY_SAMPLES;

    private final float[][] lines;
    private final int maxCount;
    private final SlidingMinimum held = new SlidingMinimum(LOOK_AHEAD + 1);
    private final int[] averaged = new int[LOOK_AHEAD];
    private long sum;
    private int slot;
    private double recovering = 1;
    /** For how many samples it has been 1, up to as many as the gain depends on. */
    private int unityGains = LOOK_AHEAD + 1;
    /** Samples for which one of those around is loud enough to need a look between samples. */
    private int loudSamples;

    PeakLimiter(int channels, int maxCount) {
        this.lines = new float[channels][HISTORY + maxCount];
        this.maxCount = maxCount;
        Arrays.fill(averaged, 1 << 30);
        this.sum = (1L << 30) * LOOK_AHEAD;
    }

    /** Takes {@code count} samples of each plane and puts those of {@link #DELAY_SAMPLES} before in their place. */
    void process(float[][] planes, int count) {
        for (int from = 0; from < count; from += maxCount) {
            processPart(planes, from, Math.min(maxCount, count - from));
        }
    }

    private void processPart(float[][] planes, int from, int count) {
        for (int channel = 0; channel < lines.length; channel++) {
            System.arraycopy(planes[channel], from, lines[channel], HISTORY, count);
        }
        int done = idle(count);
        for (int channel = 0; channel < lines.length; channel++) {
            System.arraycopy(lines[channel], 0, planes[channel], from, done);
        }
        for (int i = done; i < count; i++) {
            float gain = nextGain(HISTORY + i);
            for (int channel = 0; channel < lines.length; channel++) {
                planes[channel][from + i] = lines[channel][i] * gain;
            }
        }
        for (float[] line : lines) {
            System.arraycopy(line, count, line, 0, HISTORY);
        }
    }

    /**
     * Quiet audio, the usual case, is only delayed: while every gain that is remembered is exactly 1, it stays 1 up to the
     * next loud sample.
     *
     * @return samples done
     */
    private int idle(int count) {
        if (unityGains < LOOK_AHEAD + 1 || loudSamples > 0) {
            return 0;
        }
        int quiet = count;
        for (float[] line : lines) {
            for (int i = 0; i < quiet; i++) {
                if (Math.abs(line[HISTORY + i]) > LOUD) {
                    quiet = i;
                }
            }
        }
        return quiet;
    }

    private float nextGain(int newest) {
        float needed = held.add(neededGain(newest));
        recovering = Math.min(needed, recovering + RECOVERY * (needed - recovering));
        if (recovering > FULL) {
            recovering = 1;
        }
        unityGains = recovering == 1 ? Math.min(unityGains + 1, LOOK_AHEAD + 1) : 0;
        int fixed = (int) (recovering * ONE);
        sum += fixed - averaged[slot];
        averaged[slot] = fixed;
        slot = slot + 1 == LOOK_AHEAD ? 0 : slot + 1;
        return (float) (sum * AVERAGE_SCALE);
    }

    /** For the two samples in the middle of the interpolator, and what lies between them. */
    private float neededGain(int newest) {
        for (float[] line : lines) {
            if (Math.abs(line[newest]) > LOUD) {
                loudSamples = TruePeak.TAPS;
            }
        }
        if (loudSamples == 0) {
            return 1;
        }
        loudSamples--;
        int middle = newest - TruePeak.HALF;
        float peak = 0;
        for (float[] line : lines) {
            peak = Math.max(peak, Math.max(Math.abs(line[middle]), Math.abs(line[middle + 1])));
            peak = Math.max(peak, TruePeak.between(line, newest));
        }
        return peak <= CEILING ? 1 : CEILING / peak;
    }
}
