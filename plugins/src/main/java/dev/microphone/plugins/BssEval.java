package dev.microphone.plugins;

import java.util.Arrays;

/**
 * Signal to distortion and to interference ratio as E. Vincent, R. Gribonval, C. Fevotte, "Performance measurement in
 * blind audio source separation", IEEE TASLP 14(4), 2006, define them and mir_eval's and museval's bss_eval_sources
 * compute them: what of the estimate is the true source through any filter of 512 taps counts as the target, what is
 * the other source through such filters as interference, the rest as artifacts.
 */
final class BssEval {
    private static final int TAPS = 512;

    private final double[][] references;
    private final int size;
    private final double[][] factorOfBoth;
    private final double[][][] factorOfOne = new double[2][][];

    /** In dB. */
    record Ratios(double sdrDb, double sirDb) {}

    BssEval(double[] first, double[] second) {
        references = new double[][] {first, second};
        size = Spectra.powerOfTwo(first.length + TAPS);
        double[][] gram = new double[2 * TAPS][2 * TAPS];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double[] lags = Spectra.correlate(references[i], references[j], size);
                for (int row = 0; row < TAPS; row++) {
                    for (int column = 0; column < TAPS; column++) {
                        // Tap `row` of source i against tap `column` of source j.
                        gram[i * TAPS + row][j * TAPS + column] = lags[Math.floorMod(column - row, size)];
                    }
                }
            }
            double[][] own = new double[TAPS][];
            for (int row = 0; row < TAPS; row++) {
                own[row] = Arrays.copyOfRange(gram[i * TAPS + row], i * TAPS, (i + 1) * TAPS);
            }
            factorOfOne[i] = cholesky(own);
        }
        factorOfBoth = cholesky(gram);
    }

    /** @param source 0 or 1: which source {@code estimate} claims to be */
    Ratios evaluate(double[] estimate, int source) {
        double[] toBoth = new double[2 * TAPS];
        for (int i = 0; i < 2; i++) {
            System.arraycopy(Spectra.correlate(estimate, references[i], size), 0, toBoth, i * TAPS, TAPS);
        }
        double[] toOne = Arrays.copyOfRange(toBoth, source * TAPS, (source + 1) * TAPS);
        // Orthogonal projections: the energy of one is its product with what it was projected from.
        double target = projectedEnergy(factorOfOne[source], toOne);
        double targetAndInterference = projectedEnergy(factorOfBoth, toBoth);
        double all = 0;
        for (double x : estimate) {
            all += x * x;
        }
        return new Ratios(decibels(target / (all - target)), decibels(target / (targetAndInterference - target)));
    }

    /**
     * How loud the source is in the estimate, through any filter, against itself: of no concern to the ratios, which are
     * the same at any level.
     */
    double gainDb(double[] estimate, int source) {
        double[] correlated = Arrays.copyOf(Spectra.correlate(estimate, references[source], size), TAPS);
        double energy = Arrays.stream(references[source]).map(x -> x * x).sum();
        return decibels(projectedEnergy(factorOfOne[source], correlated) / energy);
    }

    private static double decibels(double ratio) {
        return 10 * Math.log10(ratio);
    }

    /** b' G^-1 b = |L^-1 b|^2 */
    private static double projectedEnergy(double[][] factor, double[] b) {
        double energy = 0;
        double[] solved = new double[b.length];
        for (int i = 0; i < b.length; i++) {
            double sum = b[i];
            for (int j = 0; j < i; j++) {
                sum -= factor[i][j] * solved[j];
            }
            solved[i] = sum / factor[i][i];
            energy += solved[i] * solved[i];
        }
        return energy;
    }

    /** L of G = L L', with a share of 1e-10 on the diagonal against rounding. */
    private static double[][] cholesky(double[][] gram) {
        int n = gram.length;
        double[][] factor = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = i == j ? gram[i][i] * (1 + 1e-10) : gram[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                if (i == j && !(sum > 0)) {
                    throw new IllegalArgumentException("the references are not independent: pivot " + sum);
                }
                factor[i][j] = i == j ? Math.sqrt(sum) : sum / factor[j][j];
            }
        }
        return factor;
    }
}
