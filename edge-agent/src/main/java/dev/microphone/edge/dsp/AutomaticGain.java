package dev.microphone.edge.dsp;

import dev.microphone.transport.frame.CanonicalAudio;

/**
 * A slow gain that brings speech to its target level, at 48 kHz, in place. No delay.
 *
 * <p>The gain moves only while someone speaks: at most 6 dB a second up and 12 dB a second down, slow enough not to be
 * heard as pumping, faster down because too loud is the worse error. In pauses it stands still, so silence is never
 * pumped up. One gain for all channels keeps the stereo picture. Peaks are the business of {@link PeakLimiter} behind it.
 */
final class AutomaticGain {
    private static final double RISE_DB_PER_SECOND = 6;
    private static final double FALL_DB_PER_SECOND = 12;
    private static final double MAX_CUT_DB = 20;
    private static final int BLOCK_SAMPLES = CanonicalAudio.SAMPLE_RATE_HZ / SpeechLevel.BLOCKS_PER_SECOND;

    private final SpeechLevel level = new SpeechLevel();
    private final double targetDbfs;
    private final double maxGainDb;

    private double gainDb;
    /** The gain's straight line through the present block. */
    private float gain = 1;

    private float gainStep;
    private double sumOfSquares;
    private int blockSamples;

    AutomaticGain(AgcSettings settings) {
        this.targetDbfs = settings.targetDbfs();
        this.maxGainDb = settings.maxGainDb();
    }

    double gainDb() {
        return gainDb;
    }

    void process(float[][] planes, int count) {
        int from = 0;
        while (from < count) {
            int to = from + Math.min(count - from, BLOCK_SAMPLES - blockSamples);
            for (float[] plane : planes) {
                apply(plane, from, to, planes.length);
            }
            gain += gainStep * (to - from);
            blockSamples += to - from;
            from = to;
            if (blockSamples == BLOCK_SAMPLES) {
                endBlock();
            }
        }
    }

    private void apply(float[] plane, int from, int to, int planes) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            float x = plane[i];
            sum += (double) x * x;
            plane[i] = x * (gain + gainStep * (i - from));
        }
        sumOfSquares += sum / planes;
    }

    private void endBlock() {
        boolean speech = level.onBlock(sumOfSquares / BLOCK_SAMPLES);
        if (speech && level.isKnown()) {
            double wantedDb = Math.max(-MAX_CUT_DB, Math.min(maxGainDb, targetDbfs - level.levelDbfs()));
            double change = Math.max(
                    -FALL_DB_PER_SECOND / SpeechLevel.BLOCKS_PER_SECOND,
                    Math.min(RISE_DB_PER_SECOND / SpeechLevel.BLOCKS_PER_SECOND, wantedDb - gainDb));
            gainDb += change;
        }
        // Aimed at the exact value each time, so that rounding does not add up.
        gainStep = ((float) Math.pow(10, gainDb / 20) - gain) / BLOCK_SAMPLES;
        sumOfSquares = 0;
        blockSamples = 0;
    }
}
