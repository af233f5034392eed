package dev.microphone.edge.dsp;

import java.util.Arrays;

/**
 * Level of speech while someone speaks, from the power of 10 ms blocks.
 *
 * <p>The quantity is the active speech level of ITU-T P.56: RMS over the time in which speech is present, pauses over
 * 200 ms left out. P.56 method B works on a finished recording; live, three things differ. Speech is what stands 9 dB
 * over the noise floor, where P.56 takes what is within 15.9 dB of the result. The floor is the minimum of the smoothed
 * power in the last 2 s (R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
 * statistics", IEEE TSAP 9, 2001, in one band): no sentence goes on for 2 s without a gap, and a fan does. The mean is
 * over the last 2 s of speech, however long ago they were.
 *
 * <p>So a steady tone is noise here, and the gain control leaves it alone.
 */
final class SpeechLevel {
    static final int BLOCKS_PER_SECOND = 100;

    private static final double OVER_FLOOR = Math.pow(10, 9.0 / 10);
    /** −70 dBFS: under it lies the noise of good microphones; nobody speaks there. */
    private static final double QUIETEST_SPEECH = Math.pow(10, -70.0 / 10);

    private static final double SMOOTHING = 0.3;
    private static final int WINDOW_BLOCKS = 2 * BLOCKS_PER_SECOND;
    private static final int ENOUGH_BLOCKS = BLOCKS_PER_SECOND / 5;
    private static final int HANGOVER_BLOCKS = BLOCKS_PER_SECOND / 5;
    private static final int FLOOR_PARTS = 8;
    private static final int FLOOR_PART_BLOCKS = 2 * BLOCKS_PER_SECOND / FLOOR_PARTS;

    private final double[] window = new double[WINDOW_BLOCKS];
    private int windowed;
    private int next;

    private final double[] floorParts = new double[FLOOR_PARTS];
    private int floorPart;
    private int floorPartBlocks;
    private double smoothed = -1;
    private int hangover;

    SpeechLevel() {
        Arrays.fill(floorParts, Double.MAX_VALUE);
    }

    /**
     * Takes the next block.
     *
     * @param power mean square, full scale 1
     * @return whether someone speaks in this block
     */
    boolean onBlock(double power) {
        if (power == 0) {
            // Digital silence is a muted source, and says nothing about the room.
            return false;
        }
        boolean speech = power > QUIETEST_SPEECH && power > trackFloor(power) * OVER_FLOOR;
        hangover = speech ? HANGOVER_BLOCKS : hangover - 1;
        if (hangover > 0) {
            window[next] = power;
            next = (next + 1) % WINDOW_BLOCKS;
            windowed = Math.min(windowed + 1, WINDOW_BLOCKS);
        }
        return speech;
    }

    /** Whether enough speech was heard to know its level. */
    boolean isKnown() {
        return windowed >= ENOUGH_BLOCKS;
    }

    /** Once {@link #isKnown}. */
    double levelDbfs() {
        double sum = 0;
        for (int i = 0; i < windowed; i++) {
            sum += window[i];
        }
        return 10 * Math.log10(sum / windowed);
    }

    private double trackFloor(double power) {
        smoothed = smoothed < 0 ? power : smoothed + SMOOTHING * (power - smoothed);
        floorParts[floorPart] = Math.min(floorParts[floorPart], smoothed);
        double floor = Double.MAX_VALUE;
        for (double part : floorParts) {
            floor = Math.min(floor, part);
        }
        if (++floorPartBlocks == FLOOR_PART_BLOCKS) {
            floorPartBlocks = 0;
            floorPart = (floorPart + 1) % FLOOR_PARTS;
            floorParts[floorPart] = Double.MAX_VALUE;
        }
        return floor;
    }
}
