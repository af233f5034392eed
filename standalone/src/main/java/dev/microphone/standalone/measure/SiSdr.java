package dev.microphone.standalone.measure;

/**
 * Scale-invariant signal-to-distortion ratio: how much of a signal is the wanted one, whatever its volume.
 *
 * <p>The estimate is split into its projection on the reference and the rest; the ratio of the two energies is the
 * figure. 0 dB: as much wrong as right. Raw speech in noise scores its SNR.
 *
 * @see <a href="https://doi.org/10.1109/ICASSP.2019.8683855">Le Roux, Wisdom, Erdogan and Hershey, "SDR – half-baked or
 *     well done?", ICASSP 2019</a>
 */
public final class SiSdr {
    private SiSdr() {}

    /**
     * The ratio in dB. Both signals start at the same moment; a difference in mean is ignored, as the paper asks.
     *
     * @param reference the wanted signal alone
     * @param estimate as many samples as the reference
     * @return positive infinity for a scaled copy, negative infinity where nothing of the reference is left; NaN when
     *     the reference is silent
     * @throws IllegalArgumentException when the lengths differ or are 0
     */
    public static double ofDb(float[] reference, float[] estimate) {
        if (reference.length != estimate.length || reference.length == 0) {
            throw new IllegalArgumentException("reference has " + reference.length + " samples, the estimate "
                    + estimate.length + ": must be equal and not 0");
        }
        double referenceMean = mean(reference);
        double estimateMean = mean(estimate);
        double cross = 0;
        double referenceEnergy = 0;
        for (int i = 0; i < reference.length; i++) {
            double wanted = reference[i] - referenceMean;
            cross += wanted * (estimate[i] - estimateMean);
            referenceEnergy += wanted * wanted;
        }
        double scale = cross / referenceEnergy;
        double distortionEnergy = 0;
        for (int i = 0; i < reference.length; i++) {
            double distortion = estimate[i] - estimateMean - scale * (reference[i] - referenceMean);
            distortionEnergy += distortion * distortion;
        }
        return 10 * Math.log10(scale * scale * referenceEnergy / distortionEnergy);
    }

    private static double mean(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += sample;
        }
        return sum / samples.length;
    }
}
