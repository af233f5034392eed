package dev.microphone.standalone.measure;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/** How loud the noise of a recording is, in dBFS (0 dBFS: the RMS of a full-scale square wave). */
public final class NoiseLevel {
    /** Shown for digital silence: below what 16 bits can hold, and finite so that differences mean something. */
    public static final double SILENCE_DBFS = -120;

    /** Long enough for a level, short enough to fall between two syllables. */
    private static final int BLOCK_MILLIS = 20;
    /** A tenth of ordinary speech is pause; the level there is the noise. */
    private static final double PAUSE_SHARE = 0.1;

    private NoiseLevel() {}

    /** The RMS level of a whole signal. */
    public static double rmsDbfs(float[] samples) {
        return dbfs(energy(samples, 0, samples.length), samples.length);
    }

    /**
     * The level in the moments at which the voice is known to pause.
     *
     * @param voice the voice alone; where it stays under {@code pauseBelowDbfs} for a block of 20 ms, it pauses
     * @param recording what was recorded at the same time
     * @return {@link #SILENCE_DBFS} when it never pauses or the pauses are silent
     */
    public static double inPausesDbfs(float[] voice, float[] recording, int sampleRateHz, double pauseBelowDbfs) {
        return levelDbfs(voice, recording, sampleRateHz, level -> level < pauseBelowDbfs);
    }

    /**
     * The level in the moments at which the voice is known to speak.
     *
     * @param voice the voice alone; where it is above {@code speechAboveDbfs} for a block of 20 ms, it speaks
     * @param recording what was recorded at the same time
     * @return {@link #SILENCE_DBFS} when it never speaks
     */
    public static double inSpeechDbfs(float[] voice, float[] recording, int sampleRateHz, double speechAboveDbfs) {
        return levelDbfs(voice, recording, sampleRateHz, level -> level > speechAboveDbfs);
    }

    /** Over the blocks whose level in the voice alone is as asked. */
    private static double levelDbfs(float[] voice, float[] recording, int sampleRateHz, DoublePredicate wanted) {
        int block = sampleRateHz * BLOCK_MILLIS / 1000;
        double energy = 0;
        long count = 0;
        int end = Math.min(voice.length, recording.length);
        for (int start = 0; start + block <= end; start += block) {
            if (wanted.test(dbfs(energy(voice, start, block), block))) {
                energy += energy(recording, start, block);
                count += block;
            }
        }
        return count == 0 ? SILENCE_DBFS : dbfs(energy, count);
    }

    /**
     * An estimate where the voice is not known apart: the mean level of the quietest tenth of all blocks of 20 ms.
     * Right for steady noise under speech with pauses; too high without pauses.
     */
    public static double floorDbfs(float[] samples, int sampleRateHz) {
        int block = sampleRateHz * BLOCK_MILLIS / 1000;
        int blocks = samples.length / block;
        if (blocks == 0) {
            return rmsDbfs(samples);
        }
        double[] energies = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            energies[i] = energy(samples, i * block, block);
        }
        Arrays.sort(energies);
        int quiet = Math.max(1, (int) (blocks * PAUSE_SHARE));
        double sum = 0;
        for (int i = 0; i < quiet; i++) {
            sum += energies[i];
        }
        return dbfs(sum, (long) quiet * block);
    }

    private static double energy(float[] samples, int start, int length) {
        double sum = 0;
        for (int i = start; i < start + length; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return sum;
    }

    private static double dbfs(double energy, long count) {
        return count == 0 ? SILENCE_DBFS : Math.max(SILENCE_DBFS, 10 * Math.log10(energy / count));
    }
}
